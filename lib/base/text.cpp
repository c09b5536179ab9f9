// SPDX-License-Identifier: MIT
#include "base/text.hpp"

#include "base/direction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <numeric>
#include <utility>

#include <wchar.h>  // NOLINT(modernize-deprecated-headers): wcwidth is POSIX, not C++

namespace upkeep {

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row[b.size()];
}

/// Decodes the code point at the front of `text` and removes it. A stray byte is one U+FFFD.
char32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  std::size_t length = 1;
  char32_t point = first;
  if (first >= 0xF0U && first < 0xF8U) {
    length = 4;
    point = first & 0x07U;
  } else if (first >= 0xE0U && first < 0xF0U) {
    length = 3;
    point = first & 0x0FU;
  } else if (first >= 0xC0U && first < 0xE0U) {
    length = 2;
    point = first & 0x1FU;
  } else if (first >= 0x80U) {
    text.remove_prefix(1);
    return 0xFFFD;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
      text.remove_prefix(i);
      return 0xFFFD;
    }
    point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(length);
  return point;
}

constexpr std::string_view k_replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Whether `taken`, which take_code_point() decoded to `point`, is its only valid encoding.
bool is_encoding_of(char32_t point, std::string_view taken) {
  if (point == 0xFFFD) return taken == k_replacement;
  if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return false;
  const std::size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  return taken.size() == length;
}

std::size_t code_point_width(char32_t point) {
  if (point < 0x80) return 1;
  const int width = ::wcwidth(static_cast<wchar_t>(point));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

// Blanks that trim() does not remove, in UTF-8: U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028,
// U+2029, U+202F, U+205F, U+3000; then the zero-width U+200B, U+2060, U+FEFF.
constexpr std::string_view k_blanks[] = {
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82",
    "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88",
    "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
    "\xE3\x80\x80", "\v",           "\f",           "\xE2\x80\x8B", "\xE2\x81\xA0", "\xEF\xBB\xBF"};
constexpr std::string_view k_first_without_width = "\xE2\x80\x8B";
constexpr std::string_view k_marks[] = {"\xE2\x80\x8E", "\xE2\x80\x8F"};  // U+200E, U+200F

/// C0, DEL, and the 8-bit C1, which many terminals interpret as well.
bool is_control(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

}  // namespace

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  // Up to a third of the letters may be wrong, and at least two.
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(lower(word), lower(candidate));
    if (distance < best_distance && distance < candidate.size()) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string_view fallback) {
  if (const auto found = nearest(word, candidates))
    return fmt::format("did you mean '{}'?", *found);
  return std::string(fallback);
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const char32_t point = take_code_point(rest);
    const std::string_view taken = before.substr(0, before.size() - rest.size());
    if (!is_encoding_of(point, taken) || is_control(point)) {
      for (const char c : taken) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else if (turns_text_around(point)) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(point));
    } else {
      out += taken;
    }
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += code_point_width(take_code_point(text));
  return width;
}

std::string ellipsized(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::string_view rest = text;
  std::size_t used = 0;
  while (!rest.empty()) {
    std::string_view after = rest;
    const std::size_t w = code_point_width(take_code_point(after));
    if (used + w > width - 1) break;
    used += w;
    rest = after;
  }
  return std::string(text.substr(0, text.size() - rest.size())) + "…";
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  if (width == 0 || display_width(text) <= width) return {std::string(text)};
  std::string line(text.substr(0, std::min(text.find_first_not_of(' '), text.size())));
  text.remove_prefix(line.size());  // keep an indentation
  std::size_t used = line.size();
  bool has_word = false;
  for (const std::string& word : split(text, ' ')) {
    if (word.empty()) continue;
    const std::size_t length = display_width(word);
    if (has_word && used + 1 + length > width) {
      lines.push_back(std::exchange(line, {}));
      used = 0;
      has_word = false;
    }
    line += has_word ? " " + word : word;
    used += (has_word ? 1 : 0) + length;
    has_word = true;
  }
  lines.push_back(std::move(line));
  return lines;
}

std::string utf8_prefix(const std::string& text, std::size_t bytes) {
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const char32_t point = take_code_point(rest);
    const std::string_view taken = before.substr(0, before.size() - rest.size());
    const std::string_view kept = is_encoding_of(point, taken) ? taken : k_replacement;
    if (out.size() + kept.size() > bytes) break;
    out += kept;
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view trim_blanks(std::string_view text) {
  for (bool more = true; more;) {
    text = trim(text);
    more = false;
    for (const std::string_view blank : k_blanks) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        more = true;
      }
      if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        more = true;
      }
    }
  }
  return text;
}

std::string plain_blanks(std::string_view text) {
  std::string out(text);
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80U && c != '\v' && c != '\f';
  });
  if (ascii) return out;
  bool wide = true;
  for (const std::string_view blank : k_blanks) {
    wide = wide && blank != k_first_without_width;
    out = replace_all(std::move(out), blank, wide ? " " : "");
  }
  for (const std::string_view mark : k_marks) out = replace_all(std::move(out), mark, "");
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

void add_clause(std::string& text, std::string_view clause) {
  if (clause.empty()) return;
  if (!text.empty()) text += "; ";
  text += clause;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  if (from.empty()) return text;
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::optional<long long> to_integer(std::string_view text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace upkeep
