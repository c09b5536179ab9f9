// SPDX-License-Identifier: MIT
// A draft of a map, based on a file's headers and values.
#pragma once

#include "patch/lifecycle/loaded_states.hpp"
#include "patch/registry/registry.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

struct SuggestedMap {
  std::string text;                ///< TOML that ImportMap::parse() reads
  std::vector<std::string> notes;  ///< decisions that are left to a person
};

/// @param rows the non-empty records of the file
SuggestedMap suggested_map(const std::vector<std::vector<std::string>>& rows,
                           const std::string& file, Registry& registry,
                           lifecycle::LoadedStates& states);

}  // namespace upkeep::patch
