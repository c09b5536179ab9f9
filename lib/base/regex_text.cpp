// SPDX-License-Identifier: MIT
#include "base/regex_text.hpp"

namespace upkeep {

std::string regex_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}-#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace upkeep
