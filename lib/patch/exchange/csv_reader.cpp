// SPDX-License-Identifier: MIT
#include "patch/exchange/csv_reader.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <map>

#include <csv.h>

namespace upkeep::patch {

struct CsvReader::Parser {
  csv_parser csv{};
  std::vector<std::string> cells;
  bool ended = false;  // a record has ended
};

namespace {

constexpr std::size_t k_longest_record = 16U << 20U, k_most_cells = 10'000;

/// One physical line from `at`, including its line end.
std::string_view line_from(std::string_view text, std::size_t at) {
  const auto end = text.find_first_of("\r\n", at);
  if (end == std::string_view::npos) return text.substr(at);
  const bool crlf = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
  return text.substr(at, end + (crlf ? 2 : 1) - at);
}

bool is_empty_line(std::string_view line) {
  return line.find_first_not_of("\r\n") == std::string_view::npos;
}

}  // namespace

CsvReader::CsvReader(std::string_view text, char separator, std::size_t first_line)
    : m_text(text),
      m_separator(separator),
      m_line(first_line),
      m_parser(std::make_unique<Parser>()) {
  csv_init(&m_parser->csv, 0);
  restart();
}

CsvReader::~CsvReader() {
  csv_free(&m_parser->csv);
}

void CsvReader::restart() {
  csv_free(&m_parser->csv);
  if (csv_init(&m_parser->csv, 0) != 0) throw Error(ExitStatus::internal, "libcsv does not start");
  csv_set_delim(&m_parser->csv, static_cast<unsigned char>(m_separator));
  csv_set_space_func(&m_parser->csv,
                     [](unsigned char) { return 0; });  // blanks are handled by the map
  m_parser->cells.clear();
  m_parser->ended = false;
}

bool CsvReader::next(CsvRecord& record) {
  const auto on_cell = [](void* data, std::size_t size, void* parser) {
    static_cast<Parser*>(parser)->cells.emplace_back(static_cast<const char*>(data), size);
  };
  const auto on_record = [](int, void* parser) { static_cast<Parser*>(parser)->ended = true; };
  record = {};
  std::size_t start = m_at;
  record.line = m_line;
  while (m_at < m_text.size()) {
    const std::string_view line = line_from(m_text, m_at);
    const bool first = m_at == start;
    m_at += line.size();
    ++m_line;
    if (first && is_empty_line(line)) {
      start = m_at;
      record.line = m_line;
      continue;
    }
    csv_parse(&m_parser->csv, line.data(), line.size(), on_cell, on_record, m_parser.get());
    const bool last = m_at == m_text.size();
    if (!m_parser->ended && last) {
      // Fails if a quote is still open; otherwise ends a record without a line end.
      csv_set_opts(&m_parser->csv, CSV_STRICT | CSV_STRICT_FINI);
      if (csv_fini(&m_parser->csv, on_cell, on_record, m_parser.get()) != 0)
        m_parser->ended = false;
      csv_set_opts(&m_parser->csv, 0);
    }
    if (m_parser->ended) {
      record.raw = m_text.substr(start, m_at - start);
      record.cells.swap(m_parser->cells);
      if (record.cells.size() > k_most_cells) {
        record.cells.resize(1);
        record.problem = fmt::format("more than {} cells", k_most_cells);
      }
      m_parser->cells.clear();
      m_parser->ended = false;
      return true;
    }
    const bool large = m_at - start > k_longest_record;
    if (last || large) {  // a quote is open: skip its line and continue after it
      record.raw = line_from(m_text, start);
      record.problem = last ? "a quote is never closed" : "a quote is not closed within 16 MiB";
      m_at = start + record.raw.size();
      m_line = record.line + 1;
      restart();
      return true;
    }
  }
  return false;
}

namespace {

/// The shape of a text's records when read with a given separator.
struct Layout {
  std::size_t cells = 0, records = 0;  ///< how many records have the usual number of cells
  std::size_t first = 0;               ///< the first such record
};

Layout layout_by(std::string_view text, char separator) {
  constexpr std::size_t k_among = 50;
  std::map<std::size_t, Layout> by_cells;
  CsvReader reader(text, separator);
  CsvRecord record;
  for (std::size_t i = 0; i < k_among && reader.next(record); ++i) {
    if (!record.problem.empty() || record.raw.starts_with(k_reject_mark)) continue;
    const std::size_t cells = record.cells.size();
    if (cells < 2) continue;
    Layout& layout = by_cells.try_emplace(cells, Layout{cells, 0, i}).first->second;
    ++layout.records;
  }
  Layout best;
  for (const auto& [cells, layout] : by_cells) {
    if (layout.records >= best.records) best = layout;
  }
  return best;
}

}  // namespace

char likely_separator(std::string_view text) {
  constexpr std::size_t k_sample = std::size_t{256} << 10U;
  if (text.size() > k_sample) {
    const auto end = text.find_last_of("\r\n", k_sample);
    text = text.substr(0, end == std::string_view::npos ? k_sample : end + 1);
  }
  char best = ',';
  Layout most;
  for (const char separator : {',', ';', '\t', '|'}) {
    const Layout layout = layout_by(text, separator);
    const bool more = layout.records > most.records;
    const bool same = layout.records == most.records && layout.records > 0;
    const bool above = layout.first < most.first;
    if (more || (same && (above || (layout.first == most.first && layout.cells > most.cells)))) {
      most = layout;
      best = separator;
    }
  }
  return best;
}

}  // namespace upkeep::patch
