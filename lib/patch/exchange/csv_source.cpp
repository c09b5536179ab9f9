// SPDX-License-Identifier: MIT
// The rows of a CSV file as written by spreadsheet programs.
#include "base/text.hpp"
#include "patch/exchange/csv_reader.hpp"
#include "patch/exchange/export.hpp"
#include "patch/exchange/import_source.hpp"
#include "patch/exchange/spreadsheet.hpp"
#include "record/csv_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch {

namespace {

// Titles and blank lines may precede the header line.
constexpr std::size_t k_header_among = 50;

bool is_reject_mark(const CsvRecord& record) {
  return !record.cells.empty() && record.cells[0].starts_with(k_reject_mark);
}

bool is_blank(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.empty(); });
}

std::set<std::string> wanted_headers(const ImportMap& map) {
  std::set<std::string> wanted;
  for (const auto& [header, target] : map.columns) wanted.insert(header);
  return wanted;
}

void check_unknown(const std::vector<std::string>& headers, const std::set<std::string>& known,
                   bool has_map) {
  std::vector<std::string> unknown;
  for (const std::string& header : headers) {
    const bool named = std::find(unknown.begin(), unknown.end(), header) != unknown.end();
    if (!header.empty() && !known.contains(header) && !named) unknown.push_back(header);
  }
  if (unknown.empty()) return;
  for (std::string& header : unknown) header = printable(header);
  throw DataError(fmt::format("no field for column {}", "'" + join(unknown, "', '") + "'"),
                  has_map ? "add it to [columns], with \"\" to ignore it"
                          : "give a map: --suggest-map drafts one");
}

void check_mapped(const std::vector<std::string>& headers, const ImportMap& map) {
  const std::set<std::string> known = wanted_headers(map);
  for (const std::string& header : known) {
    if (std::find(headers.begin(), headers.end(), header) != headers.end()) continue;
    throw DataError(fmt::format("the file has no column '{}'", printable(header)),
                    did_you_mean(header, headers, "remove it from the map's [columns]"));
  }
  if (!map.ignore_other_columns) check_unknown(headers, known, true);
}

/// In our own export, one of two columns with the same header would be lost, unless the field takes
/// several values.
void check_own(const std::vector<std::string>& headers, const ArtifactType& type) {
  std::set<std::string> known, seen;
  for (const std::string& key : type.keys()) known.insert(key);
  for (const std::string& member : export_members()) known.insert(member);
  for (const std::string& header : headers) {
    const Field* field = type.find(header);
    const bool several = field != nullptr && field->unbounded;
    if (!header.empty() && !seen.insert(header).second && known.contains(header) && !several) {
      throw DataError(fmt::format("two columns are called '{}'", printable(header)));
    }
  }
  check_unknown(headers, known, false);
}

CsvReader reader_of(const Sheet& sheet) {
  return CsvReader(std::string_view(sheet.text).substr(sheet.first), sheet.separator,
                   sheet.first_line);
}

/// The index of the header line: the first record with all headers of the map, otherwise the first
/// record.
std::size_t header_index(const Sheet& sheet, const std::optional<ImportMap>& map) {
  CsvReader reader = reader_of(sheet);
  const std::set<std::string> wanted = map ? wanted_headers(*map) : std::set<std::string>{};
  std::optional<std::size_t> first;
  CsvRecord record;
  for (std::size_t i = 0; i < k_header_among && reader.next(record); ++i) {
    if (is_reject_mark(record)) continue;
    clean_cells(record.cells, sheet);
    if (is_blank(record.cells)) continue;
    if (!first) first = i;
    const std::set<std::string> cells(record.cells.begin(), record.cells.end());
    if (std::includes(cells.begin(), cells.end(), wanted.begin(), wanted.end())) return i;
  }
  if (!first) throw DataError("it is empty: there is no header line");
  return *first;
}

void check_no_nul(const std::vector<std::string>& cells) {
  const auto has_nul = [](const std::string& cell) { return cell.find('\0') != std::string::npos; };
  if (std::any_of(cells.begin(), cells.end(), has_nul))
    throw DataError("it contains a NUL character");
}

/// Cells without a header must be empty.
void fit(std::vector<std::string>& cells, const std::vector<std::string>& headers, bool ignored) {
  while (cells.size() > headers.size() && cells.back().empty()) cells.pop_back();
  if (cells.size() > headers.size()) {
    throw DataError(fmt::format("{} cells under {} headers", cells.size(), headers.size()));
  }
  for (std::size_t i = 0; i < cells.size() && !ignored; ++i) {
    if (!headers[i].empty() || cells[i].empty()) continue;
    throw DataError(fmt::format("column {} has no header, and '{}' in this row", i + 1,
                                ellipsized(printable(cells[i]), 40)));
  }
}

}  // namespace

std::string import_csv(const std::string& bytes, const std::optional<ImportMap>& map,
                       DraftMaker& maker, Importer& importer, const ArtifactType& type,
                       const Progress& progress) {
  const Sheet sheet =
      open_sheet(bytes, map ? map->encoding : std::string(), map ? map->separator : '\0');
  const std::size_t index = header_index(sheet, map);
  CsvReader reader = reader_of(sheet);
  CsvRecord record;
  for (std::size_t i = 0; i <= index; ++i) (void)reader.next(record);
  const std::string declared = sheet.text.substr(0, sheet.first);  // `sep=;`
  std::string header_line(record.raw);
  std::vector<std::string> headers = record.cells;
  clean_cells(headers, sheet);
  if (header_line.find('\0') != std::string::npos) {
    throw DataError("its header line contains NUL characters",
                    "is it UTF-16? name its encoding in a map, like encoding = \"UTF-16LE\"");
  }
  map ? check_mapped(headers, *map) : check_own(headers, type);
  const bool exported = std::find(headers.begin(), headers.end(), "history") != headers.end();
  const bool ignored = map && map->ignore_other_columns;
  while (reader.next(record)) {
    if (is_reject_mark(record)) continue;
    try {
      clean_cells(record.cells, sheet);
      if (record.problem.empty() && is_blank(record.cells)) continue;
    } catch (const DataError& error) {
      record.problem = error.what();
    }
    importer.add(record.line, record.raw, [&] {
      if (!record.problem.empty()) throw DataError(record.problem);
      check_no_nul(record.cells);
      fit(record.cells, headers, ignored);
      if (!map) {
        // Under our own header, removes the quote that an export puts before cells that look like
        // formulas. A file with a history comes from an export, and so has no real formulas.
        for (std::string& cell : record.cells) {
          const bool formula = !exported && cell.starts_with('=');
          cell = formula ? cell_value(std::move(cell)) : csv_unescaped(std::move(cell));
        }
        return maker.json().of_export_row(headers, record.cells);
      }
      for (std::string& cell : record.cells) cell = cell_value(std::move(cell));
      return maker.rows().of_row(headers, record.cells, *map);
    });
    progress(reader.position(), sheet.text.size());
  }
  return declared + header_line;
}

std::vector<std::vector<std::string>> csv_sample(const std::string& bytes) {
  const Sheet sheet = open_sheet(bytes, {}, '\0');
  CsvReader reader = reader_of(sheet);
  CsvRecord record;
  std::vector<std::vector<std::string>> rows;
  while (reader.next(record)) {
    if (!record.problem.empty() || is_reject_mark(record)) continue;
    clean_cells(record.cells, sheet);
    if (!is_blank(record.cells)) rows.push_back(std::move(record.cells));
  }
  if (rows.empty()) throw DataError("it is empty: there is no header line");
  return rows;
}

}  // namespace upkeep::patch
