// SPDX-License-Identifier: MIT
// The problems of an archive, and what it was shown to satisfy.
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

/// Collects findings; of one rule the first hundreds, for an archive may hold a million bad names.
class Findings {
 public:
  explicit Findings(std::map<std::string, Level> levels) : m_levels(std::move(levels)) {}

  void add(std::string_view rule, const std::string& detail, Severity severity = Severity::error);
  /// The rule was judged by what the archive (and what it is compared with) holds: it is proved
  /// where nothing was found.
  void judged(std::string_view rule) { m_judged.emplace(rule); }

  [[nodiscard]] bool proved(const std::string& rule) const;
  [[nodiscard]] bool has_errors() const noexcept { return m_errors > 0; }
  /// Sorted by rule, each rule's in the order in which they were met.
  [[nodiscard]] std::vector<Finding> all() const;

 private:
  std::map<std::string, Level> m_levels;
  std::map<std::string, std::vector<Finding>, std::less<>> m_found;
  std::map<std::string, std::size_t, std::less<>> m_counts;
  std::set<std::string, std::less<>> m_judged;
  std::size_t m_errors = 0;
};

}  // namespace upkeep::patch::archive
