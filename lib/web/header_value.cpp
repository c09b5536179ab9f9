// SPDX-License-Identifier: MIT
#include "web/header_value.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace upkeep::web {

namespace {

/// Removes a quoted text from the front of `rest`, which begins with its quote.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string out;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    const bool escapes =
        rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
    if (escapes) {
      out += rest[++i];
    } else if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return out;
    } else {
      out += rest[i];
    }
  }
  return std::nullopt;
}

/// Removes `name=value` from the front of `rest`, up to the next semicolon.
std::optional<std::pair<std::string, std::string>> take_parameter(std::string_view& rest) {
  const auto equals = rest.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  std::string name = lower(trim(rest.substr(0, equals)));
  if (name.empty() || name.find_first_of(" \t;\"") != std::string::npos) return std::nullopt;
  rest = trim(rest.substr(equals + 1));
  if (rest.starts_with('"')) {
    auto value = take_quoted(rest);
    rest = trim(rest);
    if (!value || (!rest.empty() && rest.front() != ';')) return std::nullopt;
    return std::pair(std::move(name), std::move(*value));
  }
  std::string value(trim(rest.substr(0, rest.find(';'))));
  if (value.empty() || value.find_first_of(" \t\"") != std::string::npos) return std::nullopt;
  rest.remove_prefix(std::min(rest.find(';'), rest.size()));
  return std::pair(std::move(name), std::move(value));
}

}  // namespace

std::optional<std::string> HeaderValue::parameter(std::string_view name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& one) { return one.first == name; });
  return found == parameters.end() ? std::nullopt : std::optional(found->second);
}

std::optional<HeaderValue> parse_header_value(std::string_view text) {
  HeaderValue found{.value = lower(trim(text.substr(0, text.find(';'))))};
  text.remove_prefix(std::min(text.find(';'), text.size()));
  while (!text.empty()) {
    text = trim(text.substr(1));
    if (text.empty()) break;  // a last semicolon
    auto parameter = take_parameter(text);
    if (!parameter || found.parameter(parameter->first)) return std::nullopt;
    found.parameters.push_back(std::move(*parameter));
  }
  return found;
}

}  // namespace upkeep::web
