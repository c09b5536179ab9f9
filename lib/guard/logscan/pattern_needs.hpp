// SPDX-License-Identifier: MIT
// What every match of a regular expression needs, read off its text: a scanner passes over the
// lines that lack it without running the matcher.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

/// Careful: where the pattern is not understood, nothing is needed.
struct PatternNeeds {
  /// A match begins at the line's start, with one of these bytes; nullopt: not known.
  std::optional<std::bitset<256>> first;
  /// One of these occurs in every line that matches; empty: not known.
  std::vector<std::string> literals;
};

PatternNeeds needs_of(std::string_view pattern);

}  // namespace upkeep::guard
