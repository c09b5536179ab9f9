// SPDX-License-Identifier: MIT
// Finds, in a megabyte of lines at a time, the few lines that any of some patterns could match.
#pragma once

#include "guard/logscan/pattern_needs.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

class LineSieve {
 public:
  explicit LineSieve(const std::vector<PatternNeeds>& patterns);

  /// Goes over `lines`, which begin at a line's start and end with a newline.
  /// @param places cleared, then given offsets into `lines`, rising: every line that could match
  ///   holds at least one of them. A line with an escape sequence, or one that was drawn over
  ///   (a CR before its end), always could.
  /// @returns the number of lines
  std::int64_t sift(std::string_view lines, std::vector<std::size_t>& places) const;

 private:
  struct Literal {
    std::string text;
    std::size_t rare;  // the offset of the byte in it that logs have least of
  };

  std::int64_t sift_starts(std::string_view lines, std::vector<std::size_t>& places) const;
  static void find_returns(std::string_view lines, std::vector<std::size_t>& places);
  static void find_all(std::string_view lines, const Literal& literal,
                       std::vector<std::size_t>& places);

  std::array<bool, 256> m_first{};
  std::vector<Literal> m_literals;
};

}  // namespace upkeep::guard
