// SPDX-License-Identifier: MIT
#include "web/accept_language.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

namespace upkeep::web {

namespace {

constexpr int k_whole = 1000;  // weights have three decimals

/// `1`, `0.5`, `0.125` in thousandths; nullopt for anything else.
std::optional<int> weight_of(std::string_view text) {
  constexpr std::size_t k_longest = 5;
  if (text.empty() || text.size() > k_longest || (text[0] != '0' && text[0] != '1')) {
    return std::nullopt;
  }
  int weight = (text[0] - '0') * k_whole;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int digit_worth = k_whole / 10;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return std::nullopt;
    weight += (digit - '0') * digit_worth;
    digit_worth /= 10;
  }
  return weight <= k_whole ? std::optional(weight) : std::nullopt;
}

/// One part of the header.
struct Range {
  std::string language;  ///< the primary subtag in lower case, or `*`
  int weight = k_whole;
};

std::optional<Range> range_of(std::string_view part) {
  const auto semicolon = part.find(';');
  const std::string_view tag = trim(part.substr(0, semicolon));
  Range range{.language = lower(tag.substr(0, tag.find('-')))};
  const bool is_word = std::all_of(range.language.begin(), range.language.end(),
                                   [](char c) { return c >= 'a' && c <= 'z'; });
  if (range.language.empty() || (!is_word && tag != "*")) return std::nullopt;
  if (semicolon == std::string_view::npos) return range;
  const std::string_view parameter = trim(part.substr(semicolon + 1));
  const auto equals = parameter.find('=');
  if (equals == std::string_view::npos || lower(trim(parameter.substr(0, equals))) != "q") {
    return std::nullopt;
  }
  const auto weight = weight_of(trim(parameter.substr(equals + 1)));
  if (!weight) return std::nullopt;
  range.weight = *weight;
  return range;
}

}  // namespace

std::string_view preferred_language(std::string_view header,
                                    const std::vector<std::string_view>& available) {
  std::vector<std::optional<int>> named(available.size());
  std::vector<std::size_t> order;  // as they were named; the others follow
  int others = 0;
  while (!header.empty()) {
    const auto comma = std::min(header.find(','), header.size());
    const auto range = range_of(header.substr(0, comma));
    header.remove_prefix(std::min(comma + 1, header.size()));
    if (!range) continue;
    if (range->language == "*") {
      others = std::max(others, range->weight);
      continue;
    }
    const auto found = std::find(available.begin(), available.end(), range->language);
    if (found == available.end()) continue;
    const auto at = static_cast<std::size_t>(found - available.begin());
    if (!named[at]) order.push_back(at);
    named[at] = std::max(named[at].value_or(0), range->weight);
  }
  for (std::size_t i = 0; i < available.size(); ++i) {
    if (!named[i]) order.push_back(i);
  }
  std::size_t best = 0;
  int most = 0;
  for (const std::size_t at : order) {
    const int weight = named[at].value_or(others);
    if (weight <= most) continue;
    best = at;
    most = weight;
  }
  return available[best];
}

}  // namespace upkeep::web
