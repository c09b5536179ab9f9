// SPDX-License-Identifier: MIT
#include "record/text_layout.hpp"

#include <algorithm>
#include <numeric>

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
      const bool important = m_columns[i].rank >= k_important_rank;
      const std::size_t least = important ? k_least_of_all : k_least_width;
      if (m_shown[i] && total(least) > m_available) drop(i);
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

  /// The width of the table if cells are cut at `cap`.
  [[nodiscard]] std::size_t total(std::size_t cap) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
      if (m_shown[i]) sum += width_at(i, cap) + (i > 0 ? k_column_gap : 0);
    }
    return sum;
  }
  [[nodiscard]] std::size_t width_at(std::size_t i, std::size_t cap) const {
    return m_columns[i].can_cut ? std::min(m_columns[i].width, cap) : m_columns[i].width;
  }
  [[nodiscard]] std::size_t natural() const { return total(m_available); }

  [[nodiscard]] Layout layout() const {
    std::size_t cap = m_available;
    while (cap > k_least_of_all && total(cap) > m_available) --cap;
    Layout layout;
    layout.widths.resize(m_columns.size());
    std::size_t spare = m_available - std::min(m_available, total(cap));
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
      if (!m_shown[i]) continue;
      layout.shown.push_back(i);
      const std::size_t width = width_at(i, cap);
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

}  // namespace upkeep
