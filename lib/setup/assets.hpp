// SPDX-License-Identifier: MIT
// Templates that are part of the program.
#pragma once

#include <string_view>
#include <vector>

namespace upkeep::setup {

struct Asset {
  std::string_view name, text;
};

/// All of them.
const std::vector<Asset>& assets();

}  // namespace upkeep::setup
