// SPDX-License-Identifier: MIT
// Reports as documents: standalone HTML, charts as SVG, sparklines for a terminal.
#pragma once

#include "patch/report/report.hpp"
#include "record/markup.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::report {

/// `raw` as UTF-8: text that is not is read as ISO-8859-1.
std::string as_utf8(std::string_view raw);

/// One chart as an `<svg>` element; if there is no data, it says so.
struct Drawn {
  Markup svg;
  double height = 0;  ///< in the units of the chart, as if for 96 dpi
};
Drawn drawn(const Chart& chart);

/// All charts of a report, one below the other, as a standalone file.
std::string report_svg(const Report& report);

/// @param columns the report's columns to show, in this order
/// @param remarks lines below the title: creation time, restrictions
std::string report_html(const Report& report, const std::vector<std::string>& columns,
                        const std::vector<std::string>& remarks);

/// The parts of such a document, for a page that has a frame and a style of its own: heading,
/// definition, remarks and charts.
void report_head(Markup& page, const Report& report, const std::vector<std::string>& remarks);

/// How the texts of a table are written; empty: as they are.
struct TableTexts {
  std::function<std::string(const std::string& column)> heading{};
  std::function<void(Markup& page, const std::string& text)> cell{};
};

/// @param most rows that are written. @returns how many rows there are
std::size_t report_table(Markup& page, const Report& report,
                         const std::vector<std::string>& columns, std::size_t most,
                         const TableTexts& texts = {});

/// `▁▃▅█`: at most `width` columns; for more values, means of adjacent ones.
std::string sparkline(const std::vector<double>& values, std::size_t width);

/// The charts as lines for a terminal.
std::string charts_text(const Report& report, std::size_t width);

}  // namespace upkeep::patch::report
