// SPDX-License-Identifier: MIT
// The states that the configuration names.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// Whether a state is the one that `word` denotes: the case of letters is ignored, and a `.` is a
/// blank, as the registry shows it.
bool denotes_state(std::string_view word, std::string_view state);

/// Whether one of `words` denotes the state.
inline bool is_one_of(const std::vector<std::string>& words, std::string_view state) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& one) { return denotes_state(one, state); });
}

}  // namespace upkeep::patch
