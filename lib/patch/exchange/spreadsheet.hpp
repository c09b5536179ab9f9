// SPDX-License-Identifier: MIT
// What spreadsheet programs put around the data of a CSV file.
#pragma once

#include "patch/exchange/csv_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// A CSV file that is ready to be read.
struct Sheet {
  std::string text;      ///< its bytes, UTF-8 or in `encoding`
  std::string encoding;  ///< what its cells are converted from; empty: they are UTF-8
  bool guessed = false;  ///< not declared by the file: cells in valid UTF-8 are kept
  char separator = ',';
  std::size_t first = 0;       ///< where its records begin: behind a line `sep=;`
  std::size_t first_line = 1;  ///< the line that is
};

/// Finds out how a file is written: byte order marks, UTF-16, `sep=;`, the separator, see
/// likely_separator().
/// @param encoding as a map names it; empty: found out
/// @param separator as a map names it; 0: found out
/// @throws DataError where it is not text
Sheet open_sheet(const std::string& bytes, const std::string& encoding, char separator);

/// The cells of a record of `sheet` as UTF-8, without the blanks around them.
/// @throws DataError naming a byte that the encoding does not have
void clean_cells(std::vector<std::string>& cells, const Sheet& sheet);

/// What a cell shows that is saved as a formula: `="0002"` and `=HYPERLINK("url","text")`.
/// @throws DataError for another formula: its value is not in the file
std::string cell_value(std::string cell);

/// @throws DataError where the text is XML or JSON: a map is for CSV
void check_is_table(std::string_view bytes);

/// @throws DataError where the bytes are a workbook or another binary file
/// @param file how the advice calls it
void check_is_text(std::string_view bytes, const std::string& file);

}  // namespace upkeep::patch
