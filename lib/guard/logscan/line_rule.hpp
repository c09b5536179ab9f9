// SPDX-License-Identifier: MIT
// A profile's regular expression, with a fast check that avoids running it.
#pragma once

#include "base/regex.hpp"
#include "guard/logscan/pattern_needs.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

/// Trailing blanks are optional: a line that does not match is also tried without them.
class LineRule {
 public:
  /// @throws DataError if it is not a regular expression
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
