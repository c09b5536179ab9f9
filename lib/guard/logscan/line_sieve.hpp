// SPDX-License-Identifier: MIT
// Finds the few lines in a large chunk of output that any of several patterns could match.
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

  /// Scans `lines`, which must begin at the start of a line and end with a newline.
  /// @param places cleared, then filled with ascending offsets into `lines`: every line that could
  ///   match contains at least one of them. A line with an escape sequence, or one that was
  ///   overwritten (with a CR before its end), always could.
  /// @returns the number of lines
  std::int64_t sift(std::string_view lines, std::vector<std::size_t>& places) const;

 private:
  struct Literal {
    std::string text;
    std::size_t rare;  // the offset of its byte that is rarest in logs
  };

  std::int64_t sift_starts(std::string_view lines, std::vector<std::size_t>& places) const;
  static void find_returns(std::string_view lines, std::vector<std::size_t>& places);
  static void find_all(std::string_view lines, const Literal& literal,
                       std::vector<std::size_t>& places);

  std::array<bool, 256> m_first{};
  std::vector<Literal> m_literals;
};

}  // namespace upkeep::guard
