// SPDX-License-Identifier: MIT
#include "base/letter_case.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

#include <algorithm>

#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale is POSIX, not C++
#include <wctype.h>  // NOLINT(modernize-deprecated-headers): towlower_l is POSIX, not C++

namespace upkeep {

namespace {

/// Decodes and removes the first character. @pre `text` is valid UTF-8 and not empty
char32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(length);
  return point;
}

void append(std::string& text, char32_t point) {
  const std::size_t more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  const auto lead = static_cast<unsigned>(more == 0 ? 0 : 0xF0U << (3 - more)) & 0xFFU;
  text += static_cast<char>(lead | (point >> (6U * more)));
  for (std::size_t i = more; i-- > 0;) {
    text += static_cast<char>(0x80U | ((point >> (6U * i)) & 0x3FU));
  }
}

char32_t folded(char32_t point) {
  // The Turkish letters with and without a dot have no simple folding.
  if (point == 0x130 || point == 0x131) return point;
  static const locale_t k_locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (k_locale == nullptr) return point;
  // By way of the capital letter: several small letters, as both sigmas, may have the same one.
  const auto capital = ::towupper_l(static_cast<wint_t>(point), k_locale);
  return static_cast<char32_t>(::towlower_l(capital, k_locale));
}

}  // namespace

std::string case_folded(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
  if (ascii || !is_utf8(text)) return lower(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) append(out, folded(take_character(text)));
  return out;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a == b || case_folded(a) == case_folded(b);
}

}  // namespace upkeep
