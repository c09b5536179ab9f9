// SPDX-License-Identifier: MIT
// Derives what every match of a regular expression must contain, so that a scanner can skip lines
// without it and does not run the matcher.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

/// Conservative: if the pattern is not understood, nothing is required.
struct PatternNeeds {
  /// A match starts at the start of the line, with one of these bytes; nullopt: unknown.
  std::optional<std::bitset<256>> first;
  /// One of these occurs in every line that matches; empty: unknown.
  std::vector<std::string> literals;
};

PatternNeeds needs_of(std::string_view pattern);

}  // namespace upkeep::guard
