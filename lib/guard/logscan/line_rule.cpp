// SPDX-License-Identifier: MIT
#include "guard/logscan/line_rule.hpp"

#include "guard/logscan/log_text.hpp"

#include <algorithm>

namespace upkeep::guard {

bool LineRule::could_match(std::string_view line) const {
  if (m_needs.first &&
      (line.empty() || !m_needs.first->test(static_cast<unsigned char>(line[0])))) {
    return false;
  }
  return m_needs.literals.empty() ||
         std::any_of(m_needs.literals.begin(), m_needs.literals.end(),
                     [&](const std::string& literal) {
                       return line.find(literal) != std::string_view::npos;
                     });
}

bool LineRule::matches(std::string_view line) const {
  if (!could_match(line)) return false;
  if (m_regex.search(line)) return true;
  const std::string_view bare = without_blank_end(line);
  return bare.size() < line.size() && m_regex.search(bare);
}

std::optional<std::vector<std::string>> LineRule::groups(std::string_view line) const {
  if (!could_match(line)) return std::nullopt;
  if (auto found = m_regex.groups(line)) return found;
  const std::string_view bare = without_blank_end(line);
  return bare.size() < line.size() ? m_regex.groups(bare) : std::nullopt;
}

bool any_matches(const std::vector<LineRule>& rules, std::string_view line) {
  return std::any_of(rules.begin(), rules.end(),
                     [&](const LineRule& rule) { return rule.matches(line); });
}

}  // namespace upkeep::guard
