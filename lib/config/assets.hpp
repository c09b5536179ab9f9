// SPDX-License-Identifier: MIT
// The files of share/profiles/ as they were when this was built, for programs that are installed
// without them.
#pragma once

#include <string_view>
#include <vector>

namespace upkeep::config {

struct Asset {
  std::string_view name;  ///< `mediawiki.toml`
  std::string_view text;
};

const std::vector<Asset>& assets();

}  // namespace upkeep::config
