// SPDX-License-Identifier: MIT
#pragma once

#include "base/io.hpp"

#include <string>
#include <vector>

namespace upkeep::cli {

/// A few lines at the bottom of a terminal that are redrawn in place: one write a frame, nothing is
/// cleared before it is overwritten, so nothing flickers. What was drawn last stays.
class LiveFrame {
 public:
  /// Keeps a reference.
  explicit LiveFrame(Io& io) : m_io(io) {}
  LiveFrame(const LiveFrame&) = delete;
  LiveFrame& operator=(const LiveFrame&) = delete;

  /// Replaces the last frame. Lines are cut to the terminal's width of this moment; they may hold
  /// colours.
  /// @param lines valid UTF-8 without control characters
  void draw(const std::vector<std::string>& lines);
  /// How many lines fit below each other.
  [[nodiscard]] int height() const;

 private:
  [[nodiscard]] int rows_of_last_frame(int width) const;
  Io& m_io;
  std::vector<std::size_t> m_last_widths;
};

/// `[=====>    ]  45 %`: `width` columns for the bar alone.
std::string bar(int percent, int width);

}  // namespace upkeep::cli
