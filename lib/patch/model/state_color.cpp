// SPDX-License-Identifier: MIT
#include "patch/model/state_color.hpp"

#include "base/text.hpp"
#include "patch/model/state_words.hpp"

#include <string>

namespace upkeep::patch {

Color state_color(const config::Patch& config, std::string_view state) {
  const std::string word = lower(state);
  if (is_one_of(config.released, state) || is_one_of(config.complete, state)) return Color::green;
  if (is_one_of(config.qa_states, state)) return Color::yellow;
  if (word == "void") return Color::red;
  for (const char* part : {"failed", "declined", "rejected", "broken", "regression"}) {
    if (word.find(part) != std::string::npos) return Color::red;
  }
  return Color::none;
}

}  // namespace upkeep::patch
