// SPDX-License-Identifier: MIT
#include "base/encoding.hpp"
#include "patch/report/markup.hpp"
#include "record/markup.hpp"

#include <algorithm>
#include <limits>

namespace upkeep::patch::report {

namespace {

constexpr std::string_view k_style = R"(
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, "Liberation Sans", "DejaVu Sans", sans-serif; color: #1b1f24; background: #fff;
  max-width: 72rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; }
p { margin: .3rem 0; max-width: 60rem; }
.told { color: #57606a; font-size: .9rem; }
svg { display: block; max-width: 100%; height: auto; margin: 1.2rem 0; }
table { border-collapse: collapse; margin: 1.2rem 0; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem; border-bottom: 1px solid #d8dee4; }
th { border-bottom: 2px solid #57606a; white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
tbody tr:nth-child(even) { background: #f6f8fa; }
td { overflow-wrap: break-word; }
td.k { white-space: nowrap; }
td.l { overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } thead { display: table-header-group; }
  table { font-size: 8pt; } th, td { padding: .2rem .35rem; }
  tr, svg { break-inside: avoid; } tbody tr:nth-child(even) { background: none; } }
)";

/// Lists without brackets, and durations in readable form.
std::string cell_text(const std::string& column, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.storage())) {
    if (column.ends_with("_s")) return human_duration(std::chrono::seconds(*number));
  }
  const auto* list = std::get_if<ValueList>(&value.storage());
  if (list == nullptr) return to_text(value);
  std::string text;
  for (const Value& one : *list) text += (text.empty() ? "" : ", ") + to_text(one);
  return text;
}

/// How a cell's text wraps, as its class: short words not at all; words too long for any column
/// anywhere.
const char* wrapping_of(const std::string& text) {
  constexpr std::size_t k_longest_word = 40;
  std::size_t longest = 0, length = 0;
  for (const char c : text) {
    length = c == ' ' || c == '\n' ? 0 : length + 1;
    longest = std::max(longest, length);
  }
  if (longest > k_longest_word) return "l";
  return longest == text.size() && !text.empty() ? "k" : "";
}

/// The columns that contain only numbers.
std::vector<bool> numeric_columns(const Report& report) {
  std::vector<bool> numeric(report.columns.size(), true);
  std::vector<bool> any(report.columns.size(), false);
  bool empty = true;
  report.for_each_row([&](const Record& row) {
    empty = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].is_null()) continue;
      any[i] = true;
      if (!row[i].is_number()) numeric[i] = false;
    }
  });
  if (empty) numeric.assign(numeric.size(), false);
  for (std::size_t i = 0; i < numeric.size(); ++i) numeric[i] = numeric[i] && any[i];
  return numeric;
}

void head(Markup& page, const Report& report) {
  page.doctype().open("html", {{"lang", "en"}}).open("head");
  page.open("meta", {{"charset", "utf-8"}});
  page.open("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.element("title", as_utf8(report.title)).style(k_style).close();
  page.open("body");
}

void remark(Markup& page, const std::string& text) {
  page.element("p", as_utf8(text), {{"class", "told"}});
}

void cell(Markup& page, const std::string& text, const std::string& column, const std::string& kind,
          const std::function<void(Markup& page, const std::string& text)>& write) {
  Markup::Attributes attributes;
  if (write) attributes.push_back({"data-label", as_utf8(column)});  // for a page's style
  if (!kind.empty()) attributes.push_back({"class", kind});
  page.open("td", attributes);
  if (write) {
    write(page, as_utf8(text));
  } else {
    page.text(as_utf8(text));
  }
  page.close();
}

/// Where the columns are in the report.
std::vector<std::size_t> places_of(const Report& report, const std::vector<std::string>& columns) {
  std::vector<std::size_t> places;
  places.reserve(columns.size());
  for (const std::string& column : columns) {
    places.push_back(static_cast<std::size_t>(
        std::find(report.columns.begin(), report.columns.end(), column) - report.columns.begin()));
  }
  return places;
}

}  // namespace

std::string as_utf8(std::string_view raw) {
  return is_utf8(raw) ? std::string(raw) : to_utf8(raw, "ISO-8859-1");
}

std::size_t report_table(Markup& page, const Report& report,
                         const std::vector<std::string>& columns, std::size_t most,
                         const TableTexts& texts) {
  const auto places = places_of(report, columns);
  const auto numeric = numeric_columns(report);
  page.open("table").open("thead").open("tr");
  for (std::size_t i = 0; i < places.size(); ++i) {
    Markup::Attributes attributes{{"scope", "col"}};
    if (numeric[places[i]]) attributes.push_back({"class", "n"});
    page.element("th", as_utf8(texts.heading ? texts.heading(columns[i]) : columns[i]), attributes);
  }
  page.close().close().open("tbody");
  std::size_t rows = 0;
  report.for_each_row([&](const Record& row) {
    if (++rows > most) return;
    page.open("tr");
    for (const std::size_t place : places) {
      const std::string text = cell_text(report.columns[place], row[place]);
      cell(page, text, report.columns[place], numeric[place] ? "n" : wrapping_of(text), texts.cell);
    }
    page.close();
  });
  page.close().close();
  return rows;
}

void report_head(Markup& page, const Report& report, const std::vector<std::string>& remarks) {
  page.element("h1", as_utf8(report.title)).element("p", as_utf8(report.definition));
  for (const std::string& line : remarks) remark(page, line);
  for (const Chart& chart : report.charts) page.append(drawn(chart).svg);
}

std::string report_html(const Report& report, const std::vector<std::string>& columns,
                        const std::vector<std::string>& remarks) {
  Markup page;
  head(page, report);
  report_head(page, report, remarks);
  const std::size_t rows =
      report_table(page, report, columns, std::numeric_limits<std::size_t>::max());
  if (rows == 0) remark(page, "There is nothing to report.");
  return page.finish();
}

}  // namespace upkeep::patch::report
