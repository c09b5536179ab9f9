// SPDX-License-Identifier: MIT
#include "patch/model/state_color.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace upkeep::patch {

Color state_color(const config::Patch& config, std::string_view state) {
  const std::string word = lower(state);
  const auto is_one_of = [&](const std::vector<std::string>& states) {
    return std::any_of(states.begin(), states.end(),
                       [&](const std::string& one) { return lower(one) == word; });
  };
  if (is_one_of(config.released) || is_one_of(config.complete)) return Color::green;
  if (is_one_of(config.qa_states)) return Color::yellow;
  if (word == "void") return Color::red;
  for (const char* part : {"failed", "declined", "rejected", "broken", "regression"}) {
    if (word.find(part) != std::string::npos) return Color::red;
  }
  return Color::none;
}

}  // namespace upkeep::patch
