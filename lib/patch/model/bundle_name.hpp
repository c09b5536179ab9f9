// SPDX-License-Identifier: MIT
// Which file names denote the same bundle. A build calls it `org.x.util-5.17.5-SNAPSHOT.jar`, a
// server `org.x.util_5.17.5.SNAPSHOT.jar`.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::patch {

/// The parts of a jar's name: `org.x.util`, `5.17.5-SNAPSHOT`. The version starts after the first
/// `_` or `-` that is followed by a digit; empty if there is none.
struct BundleName {
  std::string_view name, version;
};

/// @param file_name with or without directories and `.jar`; must outlive the result
BundleName bundle_name(std::string_view file_name);

/// A key shared by all spellings of one bundle and by no other bundle: its name, `_`, and its
/// version as OSGi compares it: `1.0`, `1.0.0` and `01.0` are one version, and a qualifier may
/// follow any of `.`, `-` and `_`.
std::string bundle_key(std::string_view file_name);

}  // namespace upkeep::patch
