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
  const std::string name(rule);
  const auto found = m_levels.find(name);
  const Level level = found == m_levels.end() ? Level::as_is : found->second;
  if (level == Level::off) return;
  Finding finding{severity, name, ellipsized(printable(detail), k_longest_detail)};
  if (severity == Severity::note) {
    m_notes[name].push_back(std::move(finding));
    return;
  }
  if (level == Level::error) finding.severity = Severity::error;
  if (level == Level::warning) finding.severity = Severity::warning;
  if (finding.severity == Severity::error) ++m_errors;
  if (++m_counts[name] <= k_most_of_one_rule) m_found[name].push_back(std::move(finding));
}

bool Findings::proved(const std::string& rule) const {
  const auto level = m_levels.find(rule);
  if (level != m_levels.end() && level->second == Level::off) return false;
  return m_judged.contains(rule) && !m_counts.contains(rule);
}

std::vector<Finding> Findings::all() const {
  std::vector<Finding> out;
  for (const std::string& rule : rules()) {
    if (const auto found = m_found.find(rule); found != m_found.end()) {
      out.insert(out.end(), found->second.begin(), found->second.end());
      const std::size_t more = m_counts.find(rule)->second - found->second.size();
      if (more > 0) {
        out.push_back({found->second.back().severity, rule, fmt::format("{} more of these", more)});
      }
    }
    if (const auto notes = m_notes.find(rule); notes != m_notes.end()) {
      out.insert(out.end(), notes->second.begin(), notes->second.end());
    }
  }
  return out;
}

}  // namespace upkeep::patch::archive
