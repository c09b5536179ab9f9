// SPDX-License-Identifier: MIT
#pragma once

#include "base/io.hpp"

#include <string>
#include <vector>

namespace upkeep::cli {

/// A few lines at the bottom of a terminal that are redrawn in place. Each frame is a single write,
/// and nothing is cleared before it is overwritten, which avoids flicker. The last frame stays.
class LiveFrame {
 public:
  /// Keeps a reference.
  explicit LiveFrame(Io& io) : m_io(io) {}
  LiveFrame(const LiveFrame&) = delete;
  LiveFrame& operator=(const LiveFrame&) = delete;

  /// Replaces the last frame. Lines are cut to the current width of the terminal.
  /// @param lines valid UTF-8 without control characters, except for colours as of painted()
  void draw(const std::vector<std::string>& lines);
  /// How many lines fit on the terminal.
  [[nodiscard]] int height() const { return m_io.height(); }

 private:
  [[nodiscard]] int rows_of_last_frame(int width) const;
  Io& m_io;
  std::vector<std::size_t> m_last_widths;
};

/// `[=====>    ]  45 %`; `width` is that of the bar alone, in columns.
std::string bar(int percent, int width);

}  // namespace upkeep::cli
