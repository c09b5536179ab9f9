// SPDX-License-Identifier: MIT
#include "patch/exchange/import_source.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_longest_row = 16U << 20U;

/// UTF-16 is recognized by its byte order mark and converted to UTF-8; other text is unchanged.
std::string readable(const std::string& text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return to_utf8(text, "UTF-16");
  return std::string(without_bom(text));
}

std::size_t line_end(const std::string& text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

/// The end of the JSON value at `at`: for objects by their braces, for anything else the end of the
/// line.
std::size_t json_end(const std::string& text, std::size_t at) {
  if (text[at] != '{') return line_end(text, at);
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

bool is_array(const std::string& text) {
  const auto at = text.find_first_not_of(" \t\r\n");
  return at != std::string::npos && text[at] == '[';
}

void walk_json_rows(const std::string& text,
                    const std::function<void(std::size_t, std::string_view)>& take,
                    const Progress& progress) {
  const bool array = is_array(text);
  std::size_t at = array ? text.find('[') + 1 : 0;
  bool closed = !array;
  bool by_line = false;  // an unclosed object: rows are split at line ends instead
  std::size_t line = 1, counted = 0;
  while (at < text.size()) {
    at = text.find_first_not_of(" \t\r\n,", at);
    if (at == std::string::npos) break;
    if (array && text[at] == ']') {
      closed = true;
      at = text.find_first_not_of(" \t\r\n", at + 1);
      if (at != std::string::npos) throw DataError("unexpected text after the array");
      break;
    }
    line +=
        static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                            text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted = at;
    std::size_t end = by_line ? line_end(text, at) : json_end(text, at);
    if (end == text.size() && !array && text[at] == '{' && text[end - 1] != '}') {
      by_line = true;
      end = line_end(text, at);
    }
    const std::string_view raw = std::string_view(text).substr(at, end - at);
    at = end;
    if (raw.starts_with(std::string("{\"") + k_reject_mark)) continue;
    take(line, raw);
    progress(at, text.size());
  }
  if (!closed) {
    throw DataError("the array is not closed: the file is truncated", "nothing was imported");
  }
}

}  // namespace

void for_each_json_row(const std::string& bytes,
                       const std::function<void(std::size_t, std::string_view)>& take,
                       const Progress& progress) {
  const std::string text = readable(bytes);
  // A truncated file is refused before its first row is imported.
  const auto no_row = [](std::size_t, std::string_view) {};
  if (is_array(text)) walk_json_rows(text, no_row, [](std::size_t, std::size_t) {});
  walk_json_rows(text, take, progress);
}

void import_json(const std::string& bytes, DraftMaker& maker, Importer& importer,
                 const Progress& progress) {
  const auto take = [&](std::size_t line, std::string_view raw) {
    importer.add(line, raw, [&] {
      if (raw.size() > k_longest_row) throw DataError("larger than 16 MiB");
      return maker.json().of_json(std::string(raw));
    });
  };
  for_each_json_row(bytes, take, progress);
}

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
                        const ArtifactType& type, const Progress& progress) {
  std::string header;
  importer.run([&] {
    if (format == ImportFormat::csv) {
      header = import_csv(text, map, maker, importer, type, progress);
    } else if (format == ImportFormat::xml) {
      import_xml(text, "the file", maker, importer, progress);
    } else {
      import_json(text, maker, importer, progress);
    }
    importer.finish();
  });
  return header;
}

}  // namespace upkeep::patch
