// SPDX-License-Identifier: MIT
#include "patch/archive/finding.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep::patch::archive {

namespace {
constexpr std::size_t k_most_of_one_rule = 500;
constexpr std::size_t k_longest_detail = 300;
}  // namespace

const std::vector<std::string>& rules() {
  static const std::vector<std::string> k_rules{"name",
                                                "signed",
                                                "layout",
                                                "readme",
                                                "readme-id",
                                                "readme-applies",
                                                "readme-jira",
                                                "readme-description",
                                                "readme-install",
                                                "placeholder",
                                                "license",
                                                "contribution",
                                                "version-file",
                                                "junk",
                                                "hidden",
                                                "jars-only",
                                                "jar",
                                                "empty",
                                                "digest",
                                                "signature",
                                                "other-patch",
                                                "unsafe-path",
                                                "link",
                                                "duplicate",
                                                "encrypted",
                                                "bomb"};
  return k_rules;
}

void Findings::add(std::string_view rule, const std::string& detail, Severity severity) {
  const auto level = m_levels.find(std::string(rule));
  if (level != m_levels.end()) {
    if (level->second == Level::off) return;
    if (level->second == Level::error) severity = Severity::error;
    if (level->second == Level::warning) severity = Severity::warning;
  }
  if (severity == Severity::error) ++m_errors;
  std::size_t& count = m_counts[std::string(rule)];
  if (++count > k_most_of_one_rule) return;
  m_found[std::string(rule)].push_back(
      {severity, std::string(rule), ellipsized(printable(detail), k_longest_detail)});
}

bool Findings::proved(const std::string& rule) const {
  const auto level = m_levels.find(rule);
  if (level != m_levels.end() && level->second == Level::off) return false;
  return m_judged.contains(rule) && !m_counts.contains(rule);
}

std::vector<Finding> Findings::all() const {
  std::vector<Finding> out;
  for (const std::string& rule : rules()) {
    const auto found = m_found.find(rule);
    if (found == m_found.end()) continue;
    out.insert(out.end(), found->second.begin(), found->second.end());
    const std::size_t more = m_counts.find(rule)->second - found->second.size();
    if (more > 0) {
      out.push_back({found->second.back().severity, rule, fmt::format("{} more of these", more)});
    }
  }
  return out;
}

}  // namespace upkeep::patch::archive
