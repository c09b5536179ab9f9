// SPDX-License-Identifier: MIT
#include "record/json_shape.hpp"

#include <fmt/format.h>

#include <array>

namespace upkeep {

std::string json_shape_problem(std::string_view json) {
  constexpr std::size_t k_deepest = 64, k_most_members = 10'000;
  struct Level {
    bool object = false;
    std::size_t commas = 0;
  };
  std::array<Level, k_deepest + 1> levels{};
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      if (c == '\\') ++at;
    } else if (c == '{' || c == '[') {
      if (++depth > k_deepest) return fmt::format("nested deeper than {} levels", k_deepest);
      levels.at(depth) = {c == '{', 0};
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    } else if (c == ',' && levels.at(depth).object && ++levels.at(depth).commas >= k_most_members) {
      return fmt::format("an object with more than {} members", k_most_members);
    }
  }
  return {};
}

}  // namespace upkeep
