// SPDX-License-Identifier: MIT
#include "base/color.hpp"

#include <fmt/format.h>

namespace upkeep {

std::string painted(Color color, std::string_view text) {
  const auto code = [&] {
    switch (color) {
      case Color::bold:
        return "1";
      case Color::red:
        return "31";
      case Color::green:
        return "32";
      case Color::yellow:
        return "33";
      case Color::magenta:
        return "35";
      case Color::cyan:
        return "36";
      case Color::none:
        break;
    }
    return "";
  };
  if (color == Color::none) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", code(), text);
}

}  // namespace upkeep
