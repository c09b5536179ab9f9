// SPDX-License-Identifier: MIT
// CSV as spreadsheets write it (libcsv), record by record, with the bytes each came from.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// Begins the line above each row of a reject file, which says why the row was rejected. Importing
/// the file again skips it.
inline constexpr const char* k_reject_mark = "#upkeep-reject";

struct CsvRecord {
  std::size_t line = 0;  ///< where it starts, from 1
  std::string_view raw;  ///< its bytes, the line end included; lives as long as the text
  std::vector<std::string> cells;
  std::string problem;  ///< why it can't be read; empty: it can
};

/// Reads a text that stays the caller's. Line ends may be LF, CRLF or CR; quoted cells may hold
/// them. A quote that is never closed costs its own line, not the rest of the file; so does a
/// record of more than 16 MiB or 10,000 cells.
class CsvReader {
 public:
  /// @param first_line the number of its first line
  CsvReader(std::string_view text, char separator, std::size_t first_line = 1);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  /// The next record that is not an empty line; false at the end.
  bool next(CsvRecord& record);
  /// How many bytes were read, for a progress bar.
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

/// The separator of a table, of `,`, `;`, a tab or `|`: that by which most of its first records
/// have one number of cells, wherever the header line is; of two such, that of the earlier records,
/// which have more of it.
char likely_separator(std::string_view text);

}  // namespace upkeep::patch
