// SPDX-License-Identifier: MIT
#include "setup/doctor/grants.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace upkeep::setup {

namespace {

/// Matches like LIKE: `%`, `_`, and `\` before a literal character.
bool like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    return like(text, pattern.substr(1)) || (!text.empty() && like(text.substr(1), pattern));
  }
  if (text.empty()) return false;
  if (pattern[0] == '_') return like(text.substr(1), pattern.substr(1));
  if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  return pattern[0] == text[0] && like(text.substr(1), pattern.substr(1));
}

/// Whether `object`, as SHOW GRANTS writes it (`*.*`, `` `name`.* ``), includes all of `schema`.
bool covers(std::string_view object, const std::string& schema) {
  if (object == "*.*") return true;
  if (!object.ends_with(".*")) return false;
  object.remove_suffix(2);
  if (object.size() >= 2 && object.front() == '`' && object.back() == '`') {
    object = object.substr(1, object.size() - 2);
  }
  return like(schema, replace_all(std::string(object), "``", "`"));
}

}  // namespace

std::vector<std::string> missing_grants(const std::vector<std::string>& lines,
                                        const std::string& schema,
                                        const std::vector<std::string>& wanted) {
  std::set<std::string> given;
  for (const std::string& line : lines) {
    const auto on = line.find(" ON ");
    const auto to = line.find(" TO ", on == std::string::npos ? 0 : on);
    if (!line.starts_with("GRANT ") || on == std::string::npos || to == std::string::npos) continue;
    if (!covers(line.substr(on + 4, to - on - 4), schema)) continue;
    for (const std::string& word : split(std::string_view(line).substr(6, on - 6), ',')) {
      given.emplace(trim(word));
    }
  }
  std::vector<std::string> missing;
  if (given.contains("ALL PRIVILEGES") || given.contains("ALL")) return missing;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(missing),
               [&](const std::string& privilege) { return !given.contains(privilege); });
  return missing;
}

}  // namespace upkeep::setup
