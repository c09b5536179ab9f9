// SPDX-License-Identifier: MIT
#include "record/text_layout.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace upkeep {

namespace {

class Fitter {
 public:
  Fitter(const std::vector<LayoutColumn>& columns, std::size_t available)
      : m_columns(columns), m_available(available), m_shown(columns.size(), true) {}

  Layout fitted() {
    const std::vector<std::size_t> order = drop_order();
    std::vector<std::size_t> dropped;
    const auto drop = [&](std::size_t i) {
      m_shown[i] = false;
      dropped.push_back(i);
    };
    for (const std::size_t i : order) {
      if (m_columns[i].is_empty && natural() > m_available) drop(i);
    }
    for (const std::size_t i : order) {
      const bool redundant = m_columns[i].rank <= k_redundant_rank;
      if (m_shown[i] && redundant && natural() > m_available) drop(i);
    }
    for (const std::size_t i : order) {
      if (m_shown[i] && total(least_for(m_columns[i].rank)) > m_available) drop(i);
    }
    // A wide column that was dropped last may have made room for a narrow one dropped before.
    std::reverse(dropped.begin(), dropped.end());
    for (const std::size_t i : dropped) {
      if (m_columns[i].is_empty) continue;
      m_shown[i] = true;
      if (natural() > m_available) m_shown[i] = false;
    }
    return layout();
  }

 private:
  [[nodiscard]] std::vector<std::size_t> drop_order() const {
    std::vector<std::size_t> order(m_columns.size() - 1);
    std::iota(order.rbegin(), order.rend(), 1U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return m_columns[a].rank < m_columns[b].rank;
    });
    return order;
  }

  /// The widths at which cells are cut and wrapped.
  struct Caps {
    std::size_t cut, wrap;
  };
  /// How narrow cells may become before a column of that rank is dropped.
  static Caps least_for(int rank) {
    if (rank >= k_essential_rank) return {k_least_of_all, k_least_wrapped};
    if (rank >= k_important_rank) return {k_least_of_all, k_least_readable};
    if (rank > k_dispensable_rank) return {k_least_width, k_readable_width};
    return {k_least_width, k_pleasant_width};
  }
  [[nodiscard]] std::size_t total(Caps caps) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
      if (m_shown[i]) sum += width_at(i, caps) + (i > 0 ? k_column_gap : 0);
    }
    return sum;
  }
  [[nodiscard]] std::size_t width_at(std::size_t i, Caps caps) const {
    const LayoutColumn& column = m_columns[i];
    if (column.can_wrap) return std::min(column.width, caps.wrap);
    return column.can_cut ? std::min(column.width, caps.cut) : column.width;
  }
  [[nodiscard]] std::size_t natural() const { return total({m_available, m_available}); }

  /// Wrapping comes first, because it loses nothing.
  [[nodiscard]] Caps caps() const {
    Caps caps{m_available, m_available};
    const auto shrink = [&](std::size_t& cap, std::size_t least) {
      while (cap > least && total(caps) > m_available) --cap;
    };
    shrink(caps.wrap, k_readable_width);
    shrink(caps.cut, k_least_width);
    shrink(caps.wrap, k_least_readable);
    shrink(caps.cut, k_least_of_all);
    shrink(caps.wrap, k_least_wrapped);
    return caps;
  }

  [[nodiscard]] Layout layout() const {
    const Caps chosen = caps();
    Layout layout;
    layout.widths.resize(m_columns.size());
    std::size_t spare = m_available - std::min(m_available, total(chosen));
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
      if (!m_shown[i]) continue;
      layout.shown.push_back(i);
      const std::size_t width = width_at(i, chosen);
      const std::size_t more = std::min(spare, m_columns[i].width - width);
      layout.widths[i] = width + more;
      spare -= more;
    }
    return layout;
  }

  const std::vector<LayoutColumn>& m_columns;
  std::size_t m_available;
  std::vector<bool> m_shown;
};

/// Where to break a long word: after at most `width` columns, but after one character at least.
std::size_t end_of_line(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  std::size_t used = 0;
  while (end < text.size()) {
    std::size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
    used += display_width(text.substr(end, next - end));
    if (used > width && end > 0) break;
    end = next;
  }
  return end;
}

}  // namespace

Layout fit_columns(const std::vector<LayoutColumn>& columns, std::size_t available) {
  std::size_t natural = 0;
  for (const LayoutColumn& column : columns) natural += column.width + k_column_gap;
  if (columns.empty() || (available > 0 && natural > available + k_column_gap)) {
    return columns.empty() ? Layout{} : Fitter(columns, available).fitted();
  }
  Layout layout;
  layout.shown.resize(columns.size());
  std::iota(layout.shown.begin(), layout.shown.end(), 0U);
  layout.widths.reserve(columns.size());
  for (const LayoutColumn& column : columns) layout.widths.push_back(column.width);
  return layout;
}

std::vector<std::string> wrapped_cell(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (std::string& line : wrapped(text, width)) {
    while (width > 0 && display_width(line) > width) {
      const std::size_t end = end_of_line(line, width);
      if (end == line.size()) break;
      lines.push_back(line.substr(0, end));
      line.erase(0, end);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, display_width(text)), ' ');
  return text;
}

std::string hanging_lines(std::string_view text, std::size_t indent, std::size_t width) {
  const std::size_t left = width > indent + k_least_width ? width - indent : 0;
  return join(wrapped_cell(text, left), "\n" + std::string(indent, ' ')) + "\n";
}

}  // namespace upkeep
