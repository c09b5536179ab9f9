// SPDX-License-Identifier: MIT
// A draft of a map, from a file's own headers and values.
#pragma once

#include "patch/lifecycle/loaded_states.hpp"
#include "patch/registry/registry.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

struct SuggestedMap {
  std::string text;                ///< TOML that ImportMap::parse() reads
  std::vector<std::string> notes;  ///< what a person has to decide
};

/// @param rows the records of the file that hold anything
SuggestedMap suggested_map(const std::vector<std::vector<std::string>>& rows,
                           const std::string& file, Registry& registry,
                           lifecycle::LoadedStates& states);

}  // namespace upkeep::patch
