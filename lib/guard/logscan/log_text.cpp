// SPDX-License-Identifier: MIT
#include "guard/logscan/log_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace upkeep::guard {

namespace {

/// The length of the escape sequence at the start of `text`; an incomplete one extends to the end.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  if (text[1] == '[') {  // CSI: parameters, then one byte from @ to ~
    std::size_t i = 2;
    while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
    return std::min(i + 1, text.size());
  }
  if (text[1] == ']') {  // OSC: a title, up to BEL or ESC backslash
    const std::size_t end = text.find_first_of("\x07\x1b", 2);
    if (end == std::string_view::npos) return text.size();
    return std::min(end + (text[end] == k_escape ? 2 : 1), text.size());
  }
  return 2;
}

/// The first bytes of `text`, at most `limit`, without splitting a character.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const auto inside = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  std::size_t end = limit;
  // A character has at most four bytes; anything longer is not UTF-8.
  while (end > 0 && limit - end < 4 && inside(end)) --end;
  return text.substr(0, inside(end) ? limit : end);
}

}  // namespace

std::string without_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find(k_escape), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    text.remove_prefix(escape_length(text));
  }
  return out;
}

std::string_view shown_part(std::string_view line) {
  if (line.find('\r') == std::string_view::npos) return line;  // most have none
  for (;;) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    // A colour reset after the return: ESC [ digits m.
    if (!line.ends_with('m')) break;
    const std::size_t start = line.rfind(k_escape);
    if (start == std::string_view::npos || line.substr(start + 1, 1) != "[") break;
    const std::string_view codes = line.substr(start + 2, line.size() - start - 3);
    if (codes.find_first_not_of("0123456789;") != std::string_view::npos) break;
    const std::string_view before = line.substr(0, start);
    if (!before.ends_with('\r')) break;
    line = before;
  }
  return line.substr(line.rfind('\r') + 1);  // none: npos + 1 is the start
}

std::string_view unfinished_colour(std::string_view text) {
  const std::size_t start = text.rfind(k_escape);
  if (start == std::string_view::npos) return "";
  const std::string_view rest = text.substr(start + 1);
  if (rest.empty()) return "[m";
  const bool open =
      rest[0] == '[' && rest.find_first_not_of("0123456789;", 1) == std::string_view::npos;
  return open ? "m" : "";
}

std::string_view without_blank_end(std::string_view line) {
  return line.substr(0, line.find_last_not_of(" \t\r\n\v\f") + 1);
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

std::string as_utf8(std::string_view text, std::size_t limit) {
  using nlohmann::json;
  const std::string valid =
      json::parse(
          json(std::string(cut(text, limit))).dump(-1, ' ', false, json::error_handler_t::replace))
          .get<std::string>();
  return std::string(cut(valid, limit));
}

}  // namespace upkeep::guard
