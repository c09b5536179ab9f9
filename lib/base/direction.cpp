// SPDX-License-Identifier: MIT
#include "base/direction.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace upkeep {

namespace {

unsigned byte_at(const std::string& text, std::size_t place) {
  return place < text.size() ? static_cast<unsigned char>(text[place]) : 0U;
}

}  // namespace

bool turns_text_around(char32_t point) {
  return point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x206F);
}

std::string directions_shown(std::string text) {
  // Each of these characters begins with one of two bytes that most texts do not contain.
  if (text.find_first_of("\xD8\xE2") == std::string::npos) return text;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte_at(text, i), second = byte_at(text, i + 1);
    const unsigned third = byte_at(text, i + 2);
    char32_t point = 0;
    if (first == 0xD8U) point = ((first & 0x1FU) << 6U) | (second & 0x3FU);
    if (first == 0xE2U)
      point = ((first & 0x0FU) << 12U) | ((second & 0x3FU) << 6U) | (third & 0x3FU);
    const bool continued =
        (second & 0xC0U) == 0x80U && (first == 0xD8U || (third & 0xC0U) == 0x80U);
    if (point != 0 && continued && turns_text_around(point)) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(point));
      i += first == 0xD8U ? 2 : 3;
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace upkeep
