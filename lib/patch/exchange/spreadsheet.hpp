// SPDX-License-Identifier: MIT
// Details of CSV files as spreadsheet programs write them.
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
  std::size_t first = 0;       ///< where its records start: after a line `sep=;`
  std::size_t first_line = 1;  ///< the line number of that position
};

/// Detects how a file is written: byte order marks, UTF-16, `sep=;`, the separator (see
/// likely_separator()).
/// @param encoding as given in a map; empty: detected
/// @param separator as given in a map; 0: detected
/// @throws DataError if it is not text
Sheet open_sheet(const std::string& bytes, const std::string& encoding, char separator);

/// Converts the cells of a record of `sheet` to UTF-8 and removes surrounding blanks.
/// @throws DataError naming a byte that is invalid in the encoding
void clean_cells(std::vector<std::string>& cells, const Sheet& sheet);

/// The displayed value of a cell saved as a formula: `="0002"` and `=HYPERLINK("url","text")`.
/// @throws DataError for any other formula: its value is not in the file
std::string cell_value(std::string cell);

/// @throws DataError if the text is XML or JSON: maps are only for CSV
void check_is_table(std::string_view bytes);

/// @throws DataError if the bytes are a workbook or another binary file
/// @param file its name in the advice
void check_is_text(std::string_view bytes, const std::string& file);

}  // namespace upkeep::patch
