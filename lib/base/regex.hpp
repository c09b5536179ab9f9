// SPDX-License-Identifier: MIT
// Regular expressions from configuration and artifact types, matched against untrusted text. Uses
// PCRE2 with match and depth limits (std::regex overflows the stack on long lines).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

/// Compiled once, matched often. Copies share the compiled pattern. Not thread-safe.
class Regex {
 public:
  /// @throws DataError with the reason and the position when `pattern` is not a regular expression.
  explicit Regex(std::string pattern);

  /// Whether it matches anywhere; a match that exceeds the limits counts as no match.
  [[nodiscard]] bool search(std::string_view text) const;
  /// Whether it matches all of `text`.
  [[nodiscard]] bool matches(std::string_view text) const;
  /// The groups of the first match, the whole match first; an unset group is empty.
  [[nodiscard]] std::optional<std::vector<std::string>> groups(std::string_view text) const;

  [[nodiscard]] const std::string& pattern() const noexcept { return m_pattern; }

  /// The byte with which every match at the start of a line begins, if that is evident from the
  /// pattern (`^>`, `^\* `). Lets a scanner skip lines without running the matcher. nullopt:
  /// unknown.
  [[nodiscard]] std::optional<char> first_byte() const;

 private:
  struct Code;
  [[nodiscard]] int run(std::string_view text, unsigned options) const;
  std::string m_pattern;
  std::shared_ptr<Code> m_code;
};

}  // namespace upkeep
