// SPDX-License-Identifier: MIT
// CSV as written by spreadsheet programs (libcsv), record by record, with the bytes of each.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// Starts the line above each row of a reject file, which gives the reason. It is skipped when the
/// file is imported again.
inline constexpr const char* k_reject_mark = "#upkeep-reject";

struct CsvRecord {
  std::size_t line = 0;  ///< where it starts, counted from 1
  std::string_view raw;  ///< its bytes, including the line end; valid as long as the text
  std::vector<std::string> cells;
  std::string problem;  ///< why it cannot be read; empty: it is valid
};

/// Reads a text owned by the caller. Line ends may be LF, CRLF or CR, and may occur in quoted
/// cells. A quote that is never closed invalidates only its own line, as does a record of more than
/// 16 MiB or 10,000 cells.
class CsvReader {
 public:
  /// @param first_line the number of its first line
  CsvReader(std::string_view text, char separator, std::size_t first_line = 1);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  /// Reads the next record that is not an empty line; false at the end.
  bool next(CsvRecord& record);
  /// The number of bytes read, for a progress bar.
  [[nodiscard]] std::size_t position() const noexcept { return m_at; }

 private:
  struct Parser;
  void restart();
  std::string_view m_text;
  char m_separator;
  std::size_t m_at = 0;
  std::size_t m_line = 1;
  std::unique_ptr<Parser> m_parser;
};

/// The separator of a table, one of `,`, `;`, tab and `|`: the one by which most of the first
/// records have the same number of cells, wherever the header line is; if two are equal, the one
/// with more cells in the earlier records.
char likely_separator(std::string_view text);

}  // namespace upkeep::patch
