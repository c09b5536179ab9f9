// SPDX-License-Identifier: MIT
// A profile's regular expression, and what spares running it.
#pragma once

#include "base/regex.hpp"
#include "guard/logscan/pattern_needs.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

/// Decoration around a line is not the line: where the line itself does not match, the same without
/// the blanks at its end does.
class LineRule {
 public:
  /// @throws DataError where it is not a regular expression
  explicit LineRule(const std::string& pattern) : m_regex(pattern), m_needs(needs_of(pattern)) {}

  /// Quick; if false, matches() is also false.
  [[nodiscard]] bool could_match(std::string_view line) const;
  [[nodiscard]] bool matches(std::string_view line) const;
  /// The groups of the match, the whole match first.
  [[nodiscard]] std::optional<std::vector<std::string>> groups(std::string_view line) const;
  [[nodiscard]] const PatternNeeds& needs() const { return m_needs; }

 private:
  Regex m_regex;
  PatternNeeds m_needs;
};

/// Whether any of them matches.
bool any_matches(const std::vector<LineRule>& rules, std::string_view line);

}  // namespace upkeep::guard
