// SPDX-License-Identifier: MIT
// Which files are one bundle. A build calls it `org.x.util-5.17.5-SNAPSHOT.jar`, a server
// `org.x.util_5.17.5.SNAPSHOT.jar`.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::patch {

/// A jar's name taken apart: `org.x.util`, `5.17.5-SNAPSHOT`. The version is what follows the first
/// `_` or `-` that a digit follows; empty where there is none.
struct BundleName {
  std::string_view name, version;
};

/// @param file_name with or without directories and `.jar`; must outlive what is returned
BundleName bundle_name(std::string_view file_name);

/// What all spellings of one bundle have in common, and no other bundle: its name, `_`, and its
/// version as OSGi compares it: `1.0`, `1.0.0` and `01.0` are one version, a qualifier may stand
/// behind any of `.`, `-` and `_`.
std::string bundle_key(std::string_view file_name);

}  // namespace upkeep::patch
