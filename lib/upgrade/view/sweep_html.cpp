// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "record/markup.hpp"
#include "record/text_style.hpp"
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

/// A cell; `n` for numbers.
void cell(Markup& page, const std::string& text, const char* kind = nullptr) {
  if (kind == nullptr) {
    page.element("td", printable(text));
  } else {
    page.element("td", printable(text), {{"class", kind}});
  }
}

void row(Markup& page, const std::string& name, const std::string& number) {
  page.open("tr").element("th", name);
  cell(page, number, "n");
  page.close();
}

void bar(Markup& page, const char* kind, int x, double y, int width, double height) {
  page.open("rect", {{"class", kind},
                     {"x", fmt::to_string(x)},
                     {"y", fmt::format("{:.1f}", y)},
                     {"width", fmt::to_string(width)},
                     {"height", fmt::format("{:.1f}", height)}})
      .close();
}

/// One bar per hour, successes below and other ends on top; the title contains the numbers.
void picture(Markup& page, const std::vector<SweepReport::Hour>& hours) {
  std::int64_t most = 1;
  for (const auto& hour : hours) most = std::max(most, hour.succeeded + hour.failed);
  constexpr int k_height = 160, k_bar = 28;
  const int width = std::max<int>(10, static_cast<int>(hours.size())) * k_bar;
  page.open("svg", {{"viewBox", fmt::format("0 0 {} {}", width, k_height + 30)},
                    {"role", "img"},
                    {"aria-label", "Runs ended per hour"}});
  int x = 0;
  for (const auto& hour : hours) {
    const double unit = static_cast<double>(k_height) / static_cast<double>(most);
    const double good = static_cast<double>(hour.succeeded) * unit;
    const double bad = static_cast<double>(hour.failed) * unit;
    const std::string when = iso8601(hour.from);
    page.open("g").element("title", fmt::format("{}: {} succeeded, {} not", when.substr(0, 16),
                                                hour.succeeded, hour.failed));
    bar(page, "good", x + 2, k_height - good, k_bar - 4, good);
    bar(page, "bad", x + 2, k_height - good - bad, k_bar - 4, bad);
    page.element("text", when.substr(11, 2),
                 {{"x", fmt::to_string(x + k_bar / 2)},
                  {"y", fmt::to_string(k_height + 18)},
                  {"text-anchor", "middle"}});
    page.close();
    x += k_bar;
  }
  page.close();
}

void table(Markup& page, const std::vector<SweepReport::Line>& lines, bool with_cause) {
  page.open("table").open("thead").open("tr");
  for (const char* title : {"Workspace", "Run", "Took", "State"}) page.element("th", title);
  if (with_cause) page.element("th", "Cause");
  page.close().close().open("tbody");
  for (const SweepReport::Line& line : lines) {
    page.open("tr");
    cell(page, line.workspace);
    cell(page, fmt::to_string(line.run), "n");
    cell(page, human_duration(line.elapsed), "n");
    cell(page, line.state);
    if (with_cause) cell(page, line.detail);
    page.close();
  }
  page.close().close();
}

}  // namespace

std::string SweepReport::html() const {
  const std::string span = fmt::format("{} to {}", iso8601(from), iso8601(to));
  Markup page;
  page.doctype().open("html", {{"lang", "en"}}).open("head");
  page.open("meta", {{"charset", "utf-8"}});
  page.open("meta", {{"name", "viewport"}, {"content", "width=device-width,initial-scale=1"}});
  page.element("title", "Upgrades from " + span).style(k_style).close();
  page.open("body").element("h1", "Upgrades").element("p", "From " + span);
  page.open("table").open("tbody");
  row(page, "Runs", fmt::to_string(runs()));
  row(page, "Succeeded", fmt::to_string(succeeded));
  row(page, "Failed", fmt::to_string(failed));
  row(page, "Lost", fmt::to_string(lost));
  row(page, "Interrupted", fmt::to_string(interrupted));
  if (!median_s.is_null()) {
    row(page, "Total", human_duration(elapsed));
    row(page, "Median", human_text("median_s", median_s, false, {}));
  }
  page.close().close();
  if (!stops.empty()) {
    page.element("h2", "Stopped").open("table").open("tbody");
    for (const Stop& stop : stops) {
      page.open("tr");
      cell(page, iso8601(stop.at), "n");
      cell(page, text_of(stop), "bad");
      page.close();
    }
    page.close().close();
  }
  if (!hours.empty()) {
    page.element("h2", "Per hour (UTC)");
    picture(page, hours);
  }
  if (!failures.empty()) {
    page.element("h2", "Not succeeded");
    table(page, failures, true);
  }
  if (!longest.empty()) {
    page.element("h2", "Longest");
    table(page, longest, false);
  }
  return page.finish();
}

}  // namespace upkeep::upgrade
