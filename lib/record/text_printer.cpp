// SPDX-License-Identifier: MIT
#include "record/text_printer.hpp"

#include "base/text.hpp"
#include "record/text_layout.hpp"

#include <algorithm>
#include <utility>

namespace upkeep {

namespace {

/// The end of `text` in at most `width` columns, with an ellipsis for what was cut.
std::string ellipsized_front(const std::string& text, std::size_t width) {
  if (display_width(text) <= width) return text;
  std::size_t start = text.size();
  for (std::size_t i = text.size(); i-- > 0;) {
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
    if (continues) continue;
    if (display_width(std::string_view(text).substr(i)) + 1 > width) break;
    start = i;
  }
  return "…" + text.substr(start);
}

class TextPrinter final : public Printer {
 public:
  TextPrinter(Writer& writer, const std::vector<std::string>& names, const PrinterOptions& options)
      : Printer(writer, names, options),
        m_style(options.text),
        m_stream(options.stream),
        m_end(options.null_terminated ? '\0' : '\n'),
        m_right(columns.size(), true),
        m_has_value(columns.size(), false) {
    m_widths.reserve(columns.size());
    m_traits.reserve(columns.size());
    for (const std::string& column : columns) {
      m_widths.push_back(display_width(column));
      m_traits.push_back(m_style.traits ? m_style.traits(column) : ColumnTraits{});
      if (!options.fields.empty()) m_traits.back().rank = ColumnTraits{}.rank;  // in their order
    }
  }

  void print_selected(const Record& record) override {
    std::vector<std::string> cells;
    cells.reserve(record.size());
    for (std::size_t i = 0; i < record.size(); ++i) {
      cells.push_back(printable(human_text(columns[i], record[i], m_traits[i].work_time, m_style)));
      m_widths[i] = std::max(m_widths[i], display_width(cells[i]));
      if (record[i].is_null()) continue;
      m_has_value[i] = true;
      if (!record[i].is_number()) m_right[i] = false;
    }
    m_rows.push_back(std::move(cells));
    if (m_stream) write_rows();
  }

  void finish() override { write_rows(); }

 private:
  void write_rows() {
    if (m_rows.empty()) return;
    if (!m_header_written) write_header();
    m_header_written = true;
    for (const auto& row : m_rows) {
      if (m_stream && !widen(row)) write_header();
      write_wrapped(row);
    }
    m_rows.clear();
  }

  void write_header() {
    choose_layout();
    write_row(columns, true);
  }

  void choose_layout() {
    std::vector<LayoutColumn> all;
    all.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      all.push_back({.width = m_widths[i],
                     .rank = m_traits[i].rank,
                     .can_cut = can_cut(i),
                     .can_wrap = can_wrap(i),
                     .is_empty = !m_has_value[i] && !m_stream});
    }
    m_layout = fit_columns(all, m_style.width);
    m_laid_out_for = m_widths;
    m_wraps = std::any_of(m_layout.shown.begin(), m_layout.shown.end(),
                          [this](std::size_t i) { return can_wrap(i); });
    if (m_layout.shown.size() == columns.size() || !m_style.dropped) return;
    std::vector<std::string> dropped;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (m_layout.widths[i] == 0 && m_has_value[i]) dropped.push_back(columns[i]);
    }
    if (!dropped.empty()) m_style.dropped(dropped);
  }

  /// The first column names the row: only a path may be cut there.
  [[nodiscard]] bool can_cut(std::size_t i) const {
    const auto cut = m_traits[i].cut;
    return cut == ColumnTraits::Cut::front || (cut == ColumnTraits::Cut::back && i > 0);
  }

  [[nodiscard]] bool can_wrap(std::size_t i) const {
    return m_traits[i].cut == ColumnTraits::Cut::wrap && i > 0 && m_style.width > 0;
  }

  /// Whether column `i` can have a cell of width `need` in `width` columns of a stream.
  [[nodiscard]] bool suffices(std::size_t i, std::size_t width, std::size_t need) const {
    // Another layout helps only if it knows of longer cells than the last one.
    if (can_wrap(i)) return width >= k_least_readable || m_laid_out_for[i] >= need;
    return can_cut(i) || m_layout.shown.size() == 1;
  }

  /// Later rows of a stream may need more room than the first: what the terminal has left, or
  /// another layout. @returns whether the layout suffices
  bool widen(const std::vector<std::string>& row) {
    std::size_t total = 0;
    for (const std::size_t i : m_layout.shown) total += m_layout.widths[i] + k_column_gap;
    const std::size_t limit = m_style.width + k_column_gap;
    for (const std::size_t i : m_layout.shown) {
      const std::size_t need = display_width(row[i]);
      if (need <= m_layout.widths[i]) continue;
      std::size_t more = need - m_layout.widths[i];
      if (m_style.width > 0) {
        const std::size_t spare = limit - std::min(limit, total);
        if (more > spare && !suffices(i, m_layout.widths[i] + spare, need)) return false;
        more = std::min(more, spare);
      }
      m_layout.widths[i] += more;
      total += more;
    }
    return true;
  }

  /// One line, and more for cells that are wrapped.
  void write_wrapped(const std::vector<std::string>& cells) {
    if (!m_wraps) return write_row(cells, false);
    std::vector<std::pair<std::size_t, std::vector<std::string>>> long_cells;
    std::size_t lines = 1;
    for (const std::size_t i : m_layout.shown) {
      const std::size_t width = m_layout.widths[i];
      if (!can_wrap(i) || display_width(cells[i]) <= width) continue;
      long_cells.emplace_back(i, wrapped_cell(cells[i], width));
      lines = std::max(lines, long_cells.back().second.size());
    }
    if (long_cells.empty()) return write_row(cells, false);
    std::vector<std::string> row = cells;
    for (std::size_t line = 0; line < lines; ++line) {
      if (line > 0) row.assign(cells.size(), {});
      for (auto& [column, parts] : long_cells) {
        if (line < parts.size()) row[column] = std::move(parts[line]);
      }
      write_row(row, false);
    }
  }

  void write_row(const std::vector<std::string>& cells, bool header) {
    std::string line;
    for (const std::size_t i : m_layout.shown) {
      const std::size_t width = m_layout.widths[i];
      const std::string cell = fitted(cells[i], i, header);
      const std::size_t used = display_width(cell);
      const std::string padding(width - std::min(width, used), ' ');
      const bool right = m_right[i] && m_has_value[i];
      if (i > 0) line += std::string(k_column_gap, ' ');
      const std::string shown = header ? cell : colored(cell, i, cells[i]);
      line += right ? padding + shown : shown + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    line += m_end;
    out.write(line);
  }

  [[nodiscard]] std::string fitted(const std::string& cell, std::size_t i, bool header) const {
    const std::size_t width = m_layout.widths[i];
    if (m_style.width == 0 || !can_cut(i)) return cell;
    const bool front = m_traits[i].cut == ColumnTraits::Cut::front && !header;
    return front ? ellipsized_front(cell, width) : ellipsized(cell, width);
  }

  [[nodiscard]] std::string colored(const std::string& shown, std::size_t i,
                                    const std::string& whole) const {
    if (!m_style.color || !m_style.color_of || whole.empty()) return shown;
    return painted(m_style.color_of(columns[i], whole), shown);
  }

  TextStyle m_style;
  bool m_stream;
  bool m_header_written = false;
  char m_end;
  std::vector<std::size_t> m_widths;
  std::vector<ColumnTraits> m_traits;
  std::vector<bool> m_right;      // columns that contain only numbers
  std::vector<bool> m_has_value;  // an all-null column has no alignment
  Layout m_layout;
  bool m_wraps = false;                     // whether it has columns that may be wrapped
  std::vector<std::size_t> m_laid_out_for;  // the widths of cells known to the layout
  std::vector<std::vector<std::string>> m_rows;
};

}  // namespace

std::unique_ptr<Printer> make_text_printer(Writer& out, const std::vector<std::string>& columns,
                                           const PrinterOptions& options) {
  return std::make_unique<TextPrinter>(out, columns, options);
}

}  // namespace upkeep
