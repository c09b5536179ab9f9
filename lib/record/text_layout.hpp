// SPDX-License-Identifier: MIT
// Which columns of a table a terminal shows, and how wide.
#pragma once

#include <cstddef>
#include <vector>

namespace upkeep {

inline constexpr std::size_t k_column_gap = 2;     ///< blanks between columns
inline constexpr int k_important_rank = 70;        ///< and above: cut further before one is dropped
inline constexpr int k_redundant_rank = 5;         ///< and below: dropped before a cell is cut
inline constexpr std::size_t k_least_width = 20;   ///< cells are not cut below this width
inline constexpr std::size_t k_least_of_all = 10;  ///< nor below this one, among important columns

struct LayoutColumn {
  std::size_t width = 0;  ///< of its widest cell, the header included
  int rank = 0;           ///< the lowest is dropped first, of equal ones the last
  bool can_cut = false;
  bool is_empty = false;  ///< no row has a value
};

struct Layout {
  std::vector<std::size_t> shown;   ///< indexes, in order; never without the first column
  std::vector<std::size_t> widths;  ///< of every column; 0 if it is not shown
};

/// Fits a table into `available` columns (0: unlimited). Empty columns are dropped first, then
/// redundant ones; then cells are cut and, while that is not enough, the columns of the lowest rank
/// are dropped. A table may still be wider if its first column cannot be cut.
Layout fit_columns(const std::vector<LayoutColumn>& columns, std::size_t available);

}  // namespace upkeep
