// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "record/markup.hpp"
#include "upgrade/view/sweep_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

namespace {

const char* const k_style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1b1b;background:#fff}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc;vertical-align:top}"
    "td.n{text-align:right;white-space:nowrap}.bad{fill:#b3261e;color:#b3261e}.good{fill:#1f6f43}"
    "svg{width:100%;height:auto}svg text{font-size:11px;fill:#1b1b1b}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}th,td{border-color:#444}"
    ".bad{fill:#f2867e;color:#f2867e}.good{fill:#63c18f}svg text{fill:#eee}}";

std::string escaped(const std::string& text) {
  return escaped_markup(printable(text));
}

/// Bars an hour, succeeded below and not succeeded on top; a title tells the numbers.
std::string picture(const std::vector<SweepReport::Hour>& hours) {
  std::int64_t most = 1;
  for (const auto& hour : hours) most = std::max(most, hour.succeeded + hour.failed);
  constexpr int k_height = 160, k_bar = 28;
  const int width = std::max<int>(10, static_cast<int>(hours.size())) * k_bar;
  std::string svg =
      fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Runs ended per hour\">\n",
                  width, k_height + 30);
  int x = 0;
  for (const auto& hour : hours) {
    const double unit = static_cast<double>(k_height) / static_cast<double>(most);
    const double good = static_cast<double>(hour.succeeded) * unit;
    const double bad = static_cast<double>(hour.failed) * unit;
    const std::string when = iso8601(hour.from);
    svg += fmt::format(
        "<g><title>{}: {} succeeded, {} not</title><rect class=\"good\" x=\"{}\" y=\"{:.1f}\""
        " width=\"{}\" height=\"{:.1f}\"/><rect class=\"bad\" x=\"{}\" y=\"{:.1f}\" width=\"{}\""
        " height=\"{:.1f}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text></g>\n",
        when.substr(0, 16), hour.succeeded, hour.failed, x + 2, k_height - good, k_bar - 4, good,
        x + 2, k_height - good - bad, k_bar - 4, bad, x + k_bar / 2, k_height + 18,
        when.substr(11, 2));
    x += k_bar;
  }
  return svg + "</svg>\n";
}

std::string html_table(const std::vector<SweepReport::Line>& lines, bool with_cause) {
  std::string html = "<table><thead><tr><th>Workspace</th><th>Run</th><th>Took</th>";
  html += with_cause ? "<th>State</th><th>Cause</th>" : "<th>State</th>";
  html += "</tr></thead><tbody>\n";
  for (const SweepReport::Line& line : lines) {
    html += fmt::format("<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td>",
                        escaped(line.workspace), line.run, human_duration(line.seconds),
                        escaped(line.state));
    if (with_cause) html += fmt::format("<td>{}</td>", escaped(line.detail));
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

}  // namespace

std::string SweepReport::html() const {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<title>Upgrades from {0} to {1}</title><style>{2}</style></head><body>\n"
      "<h1>Upgrades</h1>\n<p>From {0} to {1}</p>\n"
      "<table><tbody><tr><th>Runs</th><td class=\"n\">{3}</td></tr>"
      "<tr><th>Succeeded</th><td class=\"n\">{4}</td></tr>"
      "<tr><th>Failed</th><td class=\"n\">{5}</td></tr>"
      "<tr><th>Lost</th><td class=\"n\">{6}</td></tr>"
      "<tr><th>Interrupted</th><td class=\"n\">{7}</td></tr>",
      iso8601(from), iso8601(to), k_style, runs(), succeeded, failed, lost, interrupted);
  if (!median_s.is_null()) {
    page += fmt::format(
        "<tr><th>Together</th><td class=\"n\">{}</td></tr>"
        "<tr><th>Median</th><td class=\"n\">{} s</td></tr>",
        human_duration(seconds), to_text(median_s));
  }
  page += "</tbody></table>\n";
  if (!stops.empty()) {
    page += "<h2>Stopped</h2>\n<table><tbody>\n";
    for (const Stop& stop : stops) {
      page += fmt::format("<tr><td class=\"n\">{}</td><td class=\"bad\">{}</td></tr>\n",
                          iso8601(stop.at), escaped(text_of(stop)));
    }
    page += "</tbody></table>\n";
  }
  if (!hours.empty()) page += "<h2>Per hour (UTC)</h2>\n" + picture(hours);
  if (!failures.empty()) page += "<h2>Not succeeded</h2>\n" + html_table(failures, true);
  if (!longest.empty()) page += "<h2>Longest</h2>\n" + html_table(longest, false);
  return page + "</body></html>\n";
}

}  // namespace upkeep::upgrade
