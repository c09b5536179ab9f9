// SPDX-License-Identifier: MIT
#include "cli/live_frame.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::cli {

/// A terminal that became narrower has wrapped its lines.
int LiveFrame::rows_of_last_frame(int width) const {
  int rows = 0;
  for (const std::size_t columns : m_last_widths) {
    rows += std::max(1, (static_cast<int>(columns) + width - 1) / width);
  }
  return rows;
}

void LiveFrame::draw(const std::vector<std::string>& lines) {
  const int width = std::max(10, m_io.width());
  std::string frame;
  const int up = rows_of_last_frame(width);
  if (up > 0) frame += fmt::format("\x1b[{}A\r", up);
  m_last_widths.clear();
  for (const std::string& line : lines) {
    // Leave one column free: a character in the last column makes some terminals wrap.
    const std::string cut = ellipsized(line, static_cast<std::size_t>(width - 1));
    m_last_widths.push_back(display_width(cut));
    frame += cut + "\x1b[K\r\n";
  }
  frame += "\x1b[J";  // the rest of a longer frame
  m_io.out.write(frame);
  m_io.out.flush();
}

std::string bar(int percent, int width) {
  const int inner = std::max(4, width - 2);
  const int filled = inner * std::clamp(percent, 0, 100) / 100;
  return "[" + std::string(static_cast<std::size_t>(filled), '#') +
         std::string(static_cast<std::size_t>(inner - filled), '.') + "]";
}

}  // namespace upkeep::cli
