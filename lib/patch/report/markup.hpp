// SPDX-License-Identifier: MIT
// Reports as documents: HTML that needs nothing else, charts as SVG, sparklines for a terminal.
#pragma once

#include "patch/report/report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::report {

/// `raw` between tags and in quoted attributes; what XML has no room for becomes U+FFFD.
std::string escaped(std::string_view raw);

/// One chart as an `<svg>` element; without anything to show it says so.
std::string chart_svg(const Chart& chart);

/// All charts of a report, one below the other, as a file by itself.
std::string report_svg(const Report& report);

/// @param columns which of the report's, in which order
/// @param told lines below the title: creation time, restrictions
std::string report_html(const Report& report, const std::vector<std::string>& columns,
                        const std::vector<std::string>& told);

/// `▁▃▅█`: at most `width` columns; of more values the mean of neighbours.
std::string sparkline(const std::vector<double>& values, std::size_t width);

/// The charts as lines for a terminal.
std::string charts_text(const Report& report, std::size_t width);

}  // namespace upkeep::patch::report
