// SPDX-License-Identifier: MIT
#include "pmt/import_source.hpp"

#include "base/csv_cell.hpp"
#include "base/text.hpp"
#include "pmt/csv_reader.hpp"
#include "pmt/encoding.hpp"
#include "pmt/export.hpp"
#include "pmt/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::pmt {

namespace {

using Progress = std::function<void(std::size_t, std::size_t)>;

/// UTF-16 is told by its byte order mark and read as UTF-8; other text stays as it is.
std::string readable(const std::string& text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return to_utf8(text, "UTF-16");
  return std::string(without_bom(text));
}

/// What a file without a declared encoding is in, as iconv names it; empty: UTF-8.
std::string likely_encoding(std::string_view text) {
  if (is_utf8(text)) return {};
  const bool windows = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80U && byte < 0xA0U;
  });
  return windows ? "WINDOWS-1252" : "ISO-8859-1";
}

/// Cells as UTF-8. A byte that the encoding does not have is the row's problem.
void convert(std::vector<std::string>& cells, const std::string& encoding) {
  if (encoding.empty()) return;
  for (std::string& cell : cells) cell = to_utf8(cell, encoding);
}

/// Under our own header, what an export put in front of cells that look like formulas.
void undo_escapes(std::vector<std::string>& cells) {
  for (std::string& cell : cells) cell = csv_unescaped(std::move(cell));
}

bool is_reject_mark(const CsvRecord& record) {
  return !record.cells.empty() && record.cells[0].starts_with(k_reject_mark);
}

void check_headers(const std::vector<std::string>& headers, const std::optional<ImportMap>& map,
                   const ArtifactType& type) {
  std::set<std::string> known, seen;
  if (map) {
    for (const auto& [header, target] : map->columns) known.insert(header);
  } else {
    for (const std::string& key : type.keys()) known.insert(key);
    for (const std::string& member : export_members()) known.insert(member);
  }
  for (const std::string& header : headers) {
    if (!header.empty() && !seen.insert(header).second && (!map || known.contains(header))) {
      throw DataError(fmt::format("two columns are called '{}'", printable(header)));
    }
  }
  for (const std::string& header : map ? known : std::set<std::string>{}) {
    if (seen.contains(header)) continue;
    throw DataError(fmt::format("the file has no column '{}'", printable(header)),
                    did_you_mean(header, headers, "take it out of the map's [columns]"));
  }
  if (map && map->ignore_other_columns) return;
  std::vector<std::string> unknown;
  for (const std::string& header : headers) {
    if (!header.empty() && !known.contains(header)) unknown.push_back(printable(header));
  }
  if (unknown.empty()) return;
  throw DataError(fmt::format("no field for column {}", "'" + join(unknown, "', '") + "'"),
                  map ? "name it in [columns], with \"\" to leave it out"
                      : "give a map: --suggest-map drafts one");
}

std::string import_csv(const std::string& original, const std::optional<ImportMap>& map,
                       DraftMaker& maker, Importer& importer, const ArtifactType& type,
                       const Progress& progress) {
  const std::string text = readable(original);
  std::string encoding = map ? map->encoding : std::string();
  if (lower(encoding) == "utf-8" || lower(encoding) == "utf8") encoding.clear();
  if (!map || map->encoding.empty()) encoding = likely_encoding(text);
  const char separator = map && map->separator != 0 ? map->separator : likely_separator(text);
  CsvReader reader(text, separator);
  CsvRecord record;
  do {
    if (!reader.next(record)) throw DataError("it is empty: there is no header line");
  } while (is_reject_mark(record));
  std::string header_line(record.raw);
  std::vector<std::string> headers = record.cells;
  convert(headers, encoding);
  for (std::string& header : headers) header = std::string(trim(header));
  check_headers(headers, map, type);
  while (reader.next(record)) {
    if (is_reject_mark(record)) continue;
    importer.add(record.line, record.raw, [&] {
      if (!record.problem.empty()) throw DataError(record.problem);
      const auto blank = [](const std::string& cell) { return trim(cell).empty(); };
      if (std::all_of(record.cells.begin(), record.cells.end(), blank)) {
        throw DataError("an empty row");
      }
      convert(record.cells, encoding);
      if (!map) undo_escapes(record.cells);
      return map ? maker.of_row(headers, record.cells, *map)
                 : maker.of_export_row(headers, record.cells);
    });
    progress(reader.position(), text.size());
  }
  return header_line;
}

/// The end of the JSON value at `at`: objects by their braces, anything else by its line.
std::size_t json_end(const std::string& text, std::size_t at) {
  if (text[at] != '{') return std::min(text.find('\n', at), text.size());
  std::size_t depth = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c == '\\') ++at;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

/// An array of objects, or objects one after the other.
void import_json(const std::string& original, DraftMaker& maker, Importer& importer,
                 const Progress& progress) {
  const std::string text = readable(original);
  std::size_t at = text.find_first_not_of(" \t\r\n");
  const bool array = at != std::string::npos && text[at] == '[';
  if (array) ++at;
  bool closed = !array;
  std::size_t line = 1, counted = 0;
  while (at < text.size()) {
    at = text.find_first_not_of(" \t\r\n,", at);
    if (at == std::string::npos) break;
    if (array && text[at] == ']') {
      closed = true;
      at = text.find_first_not_of(" \t\r\n", at + 1);
      if (at != std::string::npos) throw DataError("something follows the array's end");
      break;
    }
    line +=
        static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                            text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted = at;
    const std::size_t end = json_end(text, at);
    const std::string raw = text.substr(at, end - at);
    at = end;
    if (raw.starts_with(std::string("{\"") + k_reject_mark)) continue;
    importer.add(line, raw, [&] { return maker.of_json(raw); });
    progress(at, text.size());
  }
  if (!closed) throw DataError("the array is not closed: the file is cut off");
}

/// Each `metadata` element: key is table_field, or table_entry of repeated entries.
void import_xml(const std::string& text, const std::string& what, DraftMaker& maker,
                Importer& importer, const Progress& progress) {
  pugi::xml_document document;
  parse_xml(document, text, what);
  const pugi::xml_node root = document.document_element();
  std::vector<pugi::xml_node> artifacts;
  if (std::string_view(root.name()) == "metadata") {
    artifacts.push_back(root);
  } else {
    for (const pugi::xml_node& child : root.children("metadata")) artifacts.push_back(child);
  }
  if (artifacts.empty())
    throw DataError("it has no 'metadata' element", "is it a governance artifact?");
  for (std::size_t i = 0; i < artifacts.size(); ++i) {
    const auto start =
        static_cast<std::size_t>(std::max<std::ptrdiff_t>(artifacts[i].offset_debug() - 1, 0));
    const std::size_t end = i + 1 < artifacts.size()
                                ? static_cast<std::size_t>(artifacts[i + 1].offset_debug() - 1)
                                : text.size();
    const std::string_view raw = std::string_view(text).substr(start, end - start);
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(start), '\n');
    importer.add(static_cast<std::size_t>(line), raw, [&] {
      std::vector<std::pair<std::string, std::string>> values;
      for (const pugi::xml_node& table : artifacts[i].children()) {
        if (table.type() != pugi::node_element) continue;
        bool any = false;
        for (const pugi::xml_node& field : table.children()) {
          if (field.type() != pugi::node_element) continue;
          any = true;
          values.emplace_back(std::string(table.name()) + "_" + field.name(), text_of(field));
        }
        if (!any && !text_of(table).empty()) values.emplace_back(table.name(), text_of(table));
      }
      return maker.of_values(values);
    });
    progress(end, text.size());
  }
}

}  // namespace

std::optional<ImportFormat> format_of_name(const std::string& file) {
  const std::string name = lower(file);
  if (name.ends_with(".csv") || name.ends_with(".tsv")) return ImportFormat::csv;
  if (name.ends_with(".json")) return ImportFormat::json;
  if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) return ImportFormat::jsonl;
  if (name.ends_with(".xml")) return ImportFormat::xml;
  return std::nullopt;
}

ImportFormat format_called(const std::string& word) {
  if (word == "csv") return ImportFormat::csv;
  if (word == "json") return ImportFormat::json;
  if (word == "jsonl") return ImportFormat::jsonl;
  if (word == "xml") return ImportFormat::xml;
  throw UsageError(fmt::format("--as {}: no such format", printable(word)),
                   "one of csv, json, jsonl, xml");
}

std::string import_rows(const std::string& text, ImportFormat format,
                        const std::optional<ImportMap>& map, DraftMaker& maker, Importer& importer,
                        const ArtifactType& type,
                        const std::function<void(std::size_t, std::size_t)>& progress) {
  std::string header;
  if (format == ImportFormat::csv) {
    header = import_csv(text, map, maker, importer, type, progress);
  } else if (format == ImportFormat::xml) {
    import_xml(text, "the file", maker, importer, progress);
  } else {
    import_json(text, maker, importer, progress);
  }
  importer.finish();
  return header;
}

std::vector<std::string> csv_headers(const std::string& text_of_file) {
  const std::string text = readable(text_of_file);
  CsvReader reader(text, likely_separator(text));
  CsvRecord record;
  do {
    if (!reader.next(record)) throw DataError("it is empty: there is no header line");
  } while (is_reject_mark(record));
  convert(record.cells, likely_encoding(text));
  return record.cells;
}

}  // namespace upkeep::pmt
