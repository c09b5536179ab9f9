// SPDX-License-Identifier: MIT
// The problems of an archive, and the rules that it was shown to satisfy.
#pragma once

#include "patch/model/finding.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::archive {

/// What a profile makes of a rule's findings.
enum class Level { as_is, error, warning, off };

/// All rules, in the order in which findings are reported.
const std::vector<std::string>& rules();

/// Collects findings; only the first few hundred per rule, because an archive may have a million
/// bad names.
class Findings {
 public:
  explicit Findings(std::map<std::string, Level> levels) : m_levels(std::move(levels)) {}

  /// A note says what was not checked: it is neither for nor against the rule.
  void add(std::string_view rule, const std::string& detail, Severity severity = Severity::error);
  /// The rule was checked against the archive's contents (and what they are compared with): it is
  /// proven if there are no findings.
  void judged(std::string_view rule) { m_judged.emplace(rule); }

  [[nodiscard]] bool proved(const std::string& rule) const;
  [[nodiscard]] bool has_errors() const noexcept { return m_errors > 0; }
  /// Sorted by rule, and within a rule in the order of detection.
  [[nodiscard]] std::vector<Finding> all() const;

 private:
  std::map<std::string, Level> m_levels;
  std::map<std::string, std::vector<Finding>, std::less<>> m_found, m_notes;
  std::map<std::string, std::size_t, std::less<>> m_counts;
  std::set<std::string, std::less<>> m_judged;
  std::size_t m_errors = 0;
};

}  // namespace upkeep::patch::archive
