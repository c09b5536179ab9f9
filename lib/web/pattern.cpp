// SPDX-License-Identifier: MIT
#include "web/pattern.hpp"

#include "base/text.hpp"
#include "web/parameters.hpp"

namespace upkeep::web {

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  const std::vector<std::string> wanted = split(pattern, '/');
  const std::vector<std::string> parts = split(path, '/');
  if (wanted.size() != parts.size()) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (wanted[i] != "{}") {
      if (wanted[i] != parts[i]) return std::nullopt;
      continue;
    }
    auto value = url_decoded(parts[i]);
    if (!value || value->empty()) return std::nullopt;
    values.push_back(std::move(*value));
  }
  return values;
}

std::vector<std::string> filled(const std::vector<std::string>& patterns, std::string_view path) {
  const std::vector<std::string> parts = split(path, '/');
  std::vector<std::string> found;
  for (const std::string& pattern : patterns) {
    std::vector<std::string> words = split(pattern, '/');
    if (words.size() != parts.size()) continue;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == "{}") words[i] = parts[i];
    }
    found.push_back(join(words, "/"));
  }
  return found;
}

}  // namespace upkeep::web
