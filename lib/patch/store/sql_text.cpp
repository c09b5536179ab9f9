// SPDX-License-Identifier: MIT
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

std::string sql_text(std::string_view text) {
  constexpr std::string_view k_plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _.:/@+-=,";
  if (text.find_first_not_of(k_plain) == std::string_view::npos) {
    return "'" + std::string(text) + "'";
  }
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string out = "_utf8mb4 X'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += k_digits[byte >> 4U];
    out += k_digits[byte & 15U];
  }
  return out + "'";
}

}  // namespace upkeep::patch
