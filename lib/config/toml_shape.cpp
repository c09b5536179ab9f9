// SPDX-License-Identifier: MIT
#include "config/toml_shape.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep {

namespace {

/// The position after the string or comment that begins at `at`; `at` itself if none begins there.
std::size_t behind_text(std::string_view toml, std::size_t at) {
  const char mark = toml[at];
  if (mark == '#') return std::min(toml.find('\n', at), toml.size());
  if (mark != '"' && mark != '\'') return at;
  const bool several_lines = toml.substr(at, 3) == std::string(3, mark);
  const std::string_view end = toml.substr(at, several_lines ? 3 : 1);
  for (std::size_t i = at + end.size(); i < toml.size(); ++i) {
    if (mark == '"' && toml[i] == '\\') {
      ++i;
    } else if (toml[i] == '\n' && !several_lines) {
      return i;  // unterminated: the parser reports it
    } else if (toml.substr(i, end.size()) == end) {
      return i + end.size();
    }
  }
  return toml.size();
}

}  // namespace

std::optional<TomlProblem> toml_shape_problem(std::string_view toml) {
  constexpr std::size_t k_most_parts = 64;
  std::size_t dots = 0;
  for (std::size_t at = 0; at < toml.size();) {
    if (const std::size_t end = behind_text(toml, at); end != at) {
      at = end;
      continue;
    }
    if (toml[at] == '.') {
      if (++dots >= k_most_parts) {
        const auto before = toml.substr(0, at);
        return TomlProblem{
            1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
            fmt::format("a key of more than {} parts", k_most_parts)};
      }
    } else if (std::string_view("\n=,{}[]").find(toml[at]) != std::string_view::npos) {
      dots = 0;
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace upkeep
