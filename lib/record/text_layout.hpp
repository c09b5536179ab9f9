// SPDX-License-Identifier: MIT
// Which columns of a table a terminal shows, and how wide.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

inline constexpr std::size_t k_column_gap = 2;  ///< blanks between columns

inline constexpr int k_redundant_rank = 5;     ///< and below: dropped before a cell is cut
inline constexpr int k_dispensable_rank = 10;  ///< and below: dropped before sentences are narrow
inline constexpr int k_important_rank = 70;    ///< and above: cut further before one is dropped
inline constexpr int k_essential_rank = 90;    ///< and above: wrapped further as well

inline constexpr std::size_t k_least_width = 20;     ///< cells are not cut below this width
inline constexpr std::size_t k_least_of_all = 10;    ///< nor below this one, for important columns
inline constexpr std::size_t k_pleasant_width = 72;  ///< of sentences, beside dispensable columns
inline constexpr std::size_t k_readable_width = 36;  ///< beside others
inline constexpr std::size_t k_least_readable = 24;  ///< beside important columns
inline constexpr std::size_t k_least_wrapped = 16;   ///< beside essential ones

struct LayoutColumn {
  std::size_t width = 0;  ///< of its widest cell, the header included
  int rank = 0;           ///< the lowest is dropped first, of equal ones the last
  bool can_cut = false;
  bool can_wrap = false;  ///< rather than cut
  bool is_empty = false;  ///< no row has a value
};

struct Layout {
  std::vector<std::size_t> shown;   ///< indexes, in order; never without the first column
  std::vector<std::size_t> widths;  ///< of every column; 0 if it is not shown
};

/// Fits a table into `available` columns (0: unlimited). Empty columns are dropped first, then
/// redundant ones; then cells are wrapped and cut and, while that is not enough, the columns of the
/// lowest rank are dropped. A table may still be wider if its first column cannot be cut.
Layout fit_columns(const std::vector<LayoutColumn>& columns, std::size_t available);

/// Valid UTF-8 text in lines of at most `width` columns, broken at blanks, and within words that
/// are longer. At least one line. @param width 0: unlimited
std::vector<std::string> wrapped_cell(std::string_view text, std::size_t width);

/// With blanks behind it, so that it takes at least `width` columns.
std::string padded(std::string text, std::size_t width);

/// wrapped_cell() of text that begins in column `indent` of a terminal, and continues below its
/// beginning; with a newline at its end. @param width of the terminal; 0: unlimited, as if it were
/// too narrow
std::string hanging_lines(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace upkeep
