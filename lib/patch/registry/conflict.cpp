// SPDX-License-Identifier: MIT
#include "patch/registry/conflict.hpp"

#include "base/text.hpp"
#include "patch/model/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

void name_changer(FieldConflict& conflict, const std::vector<Event>& events) {
  const auto changes_it = [&](const Event& event) {
    return std::any_of(event.changes.begin(), event.changes.end(),
                       [&](const Change& one) { return one.key == conflict.key; });
  };
  const auto last = std::find_if(events.rbegin(), events.rend(), changes_it);
  if (last == events.rend()) return;
  conflict.event = last->id;
  conflict.by = last->actor;
  conflict.at = last->at;
}

Values plain_values(const Values& values) {
  Values plain;
  plain.reserve(values.size());
  for (const std::string& one : values) {
    const std::string lines = replace_all(replace_all(one, "\r\n", "\n"), "\r", "\n");
    const std::string_view trimmed = trim(lines);
    if (!trimmed.empty()) plain.emplace_back(trimmed);
  }
  return plain;
}

std::string values_digest(const Values& values) {
  constexpr std::size_t k_digits = 32;
  std::string all;
  for (const std::string& one : plain_values(values)) {
    all += fmt::format("{}:{},", one.size(), one);
  }
  return sha256(all).substr(0, k_digits);
}

std::string shown_values(const Values& values) {
  return values.empty() ? "nothing" : "'" + ellipsized(printable(join(values, ", ")), 60) + "'";
}

}  // namespace upkeep::patch
