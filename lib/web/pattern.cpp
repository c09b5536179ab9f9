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

}  // namespace upkeep::web
