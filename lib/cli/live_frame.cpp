// SPDX-License-Identifier: MIT
#include "cli/live_frame.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace upkeep::cli {

namespace {

/// The parts of a line: text, and the sequences that colour it.
std::vector<std::string_view> parts_of(std::string_view line) {
  std::vector<std::string_view> parts;
  while (!line.empty()) {
    const bool escape = line.front() == '\033';
    std::size_t end = escape ? line.find('m') : line.find('\033');
    end = end == std::string_view::npos ? line.size() : end + (escape ? 1 : 0);
    parts.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return parts;
}

/// A line in at most `width` columns, and how many it has. All colours are kept, the last of which
/// ends the others.
std::pair<std::string, std::size_t> cut_line(std::string_view line, std::size_t width) {
  const std::vector<std::string_view> parts = parts_of(line);
  std::string text;
  for (const std::string_view part : parts) {
    if (part.front() != '\033') text += part;
  }
  const std::string cut = ellipsized(text, width);
  if (cut == text) return {std::string(line), display_width(text)};
  constexpr std::string_view k_ellipsis = "…";
  std::size_t left = cut.size() - k_ellipsis.size();
  std::string out;
  for (const std::string_view part : parts) {
    const bool escape = part.front() == '\033';
    const std::size_t shown = escape ? part.size() : std::min(part.size(), left);
    out += part.substr(0, shown);
    if (!escape) left -= shown;
  }
  out += k_ellipsis;
  return {std::move(out), display_width(cut)};
}

}  // namespace

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
    const auto [cut, columns] = cut_line(line, static_cast<std::size_t>(width - 1));
    m_last_widths.push_back(columns);
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
