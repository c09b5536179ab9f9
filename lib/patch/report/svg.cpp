// SPDX-License-Identifier: MIT
// Charts for screen and paper: dark on white, distinguished by more than colour.
#include "base/text.hpp"
#include "patch/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace upkeep::patch::report {

namespace {

constexpr double k_width = 760;
constexpr std::array<const char*, 5> k_colours{"#1f5a99", "#c8641b", "#3d7a3a", "#7a4a9c",
                                               "#555555"};
constexpr std::array<const char*, 5> k_dashes{"", "7 4", "2 3", "9 3 2 3", "1 4"};
constexpr const char* k_grey = "#57606a";
constexpr std::size_t k_most_bars = 30;  // of categories: the others are combined

/// 1, 2 or 5 times a power of ten: the distance of grid lines.
double nice_step(double most, int lines) {
  const double raw = std::max(most, 1e-9) / lines;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw) return factor * power;
  }
  return 10 * power;
}

std::string number(double value) {
  if (value == std::floor(value)) return fmt::format("{:.0f}", value);
  return fmt::format("{:.{}f}", value, value < 1 ? 2 : 1);
}

/// A coordinate or a length.
std::string at(double place) {
  return fmt::format("{:.1f}", place);
}

const char* colour_of(std::size_t series) {
  return k_colours.at(series % k_colours.size());
}
const char* dashes_of(std::size_t series) {
  return k_dashes.at(series % k_dashes.size());
}
/// Of a grid line; that of zero stands out.
const char* grid_colour(double value) {
  return value == 0 ? k_grey : "#d8dee4";
}

/// @param count only the first `count` labels are considered
double most_of(const Chart& chart, std::size_t count) {
  double most = 0;
  for (const Series& one : chart.series) {
    for (std::size_t i = 0; i < count; ++i) most = std::max(most, one.values[i]);
  }
  return most;
}

/// The categories with the highest values first; those beyond the limit are combined.
Chart shortened(Chart chart) {
  if (chart.labels.size() <= k_most_bars) return chart;
  std::vector<std::size_t> order(chart.labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto total = [&](std::size_t i) {
    double sum = 0;
    for (const Series& one : chart.series) sum += one.values[i];
    return sum;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return total(a) > total(b); });
  Chart out = chart;
  out.labels.clear();
  for (Series& one : out.series) one.values.clear();
  for (std::size_t i = 0; i < k_most_bars; ++i) {
    out.labels.push_back(chart.labels[order[i]]);
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
      out.series[s].values.push_back(chart.series[s].values[order[i]]);
    }
  }
  out.labels.push_back(fmt::format("{} others", chart.labels.size() - k_most_bars));
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    double rest = 0;
    for (std::size_t i = k_most_bars; i < order.size(); ++i)
      rest += chart.series[s].values[order[i]];
    out.series[s].values.push_back(rest);
  }
  return out;
}

class Drawing {
 public:
  Drawing(const Chart& chart, double height) : m_chart(chart), m_height(height) {
    m_svg.open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                       {"viewBox", fmt::format("0 0 {:.0f} {:.0f}", k_width, height)},
                       {"width", fmt::format("{:.0f}", k_width)},
                       {"height", fmt::format("{:.0f}", height)},
                       {"role", "img"},
                       {"font-family", "system-ui, Liberation Sans, DejaVu Sans, sans-serif"},
                       {"font-size", "12"},
                       {"fill", "#1b1f24"}});
    m_svg.element("title", as_utf8(chart.title));
    element("rect", {{"width", "100%"}, {"height", "100%"}, {"fill", "#ffffff"}});
    text(16, 24, chart.title, {{"font-size", "15"}, {"font-weight", "600"}});
  }

  void element(std::string_view name, const Markup::Attributes& attributes) {
    m_svg.element(name, "", attributes);
  }
  void line(double x1, double y1, double x2, double y2, const char* colour) {
    element("line",
            {{"x1", at(x1)}, {"y1", at(y1)}, {"x2", at(x2)}, {"y2", at(y2)}, {"stroke", colour}});
  }
  void text(double x, double y, const std::string& text, const Markup::Attributes& more = {}) {
    Markup::Attributes attributes{{"x", at(x)}, {"y", at(y)}};
    attributes.insert(attributes.end(), more.begin(), more.end());
    m_svg.element("text", as_utf8(text), attributes);
  }
  void turned_text(double x, double y, int degrees, const std::string& text,
                   const Markup::Attributes& more) {
    Markup::Attributes attributes{
        {"transform", fmt::format("translate({:.1f} {:.1f}) rotate({})", x, y, degrees)}};
    attributes.insert(attributes.end(), more.begin(), more.end());
    m_svg.element("text", as_utf8(text), attributes);
  }
  /// A bar over time; the number is shown when it is pointed at.
  void bar(const Markup::Attributes& attributes, const std::string& title) {
    m_svg.open("rect", attributes).element("title", as_utf8(title)).close();
  }
  /// Which colour denotes which series, below the title.
  void legend() {
    if (m_chart.series.size() < 2) return;
    double x = 16;
    for (std::size_t i = 0; i < m_chart.series.size(); ++i) {
      if (m_chart.kind == Chart::Kind::lines) {
        element("line", {{"x1", at(x)},
                         {"y1", "41"},
                         {"x2", at(x + 24)},
                         {"y2", "41"},
                         {"stroke", colour_of(i)},
                         {"stroke-width", "2.5"},
                         {"stroke-dasharray", dashes_of(i)}});
      } else {
        element("rect", {{"x", at(x + 6)},
                         {"y", "35"},
                         {"width", "12"},
                         {"height", "12"},
                         {"fill", colour_of(i)}});
      }
      const std::string& name = m_chart.series[i].name;
      text(x + 29, 45, name);
      x += 48 + 7 * static_cast<double>(display_width(name));
    }
  }

  Drawn finish() && {
    m_svg.close();
    return {.svg = std::move(m_svg), .height = m_height};
  }

 private:
  const Chart& m_chart;
  double m_height;
  Markup m_svg;
};

Drawn empty_svg(const Chart& chart) {
  constexpr double k_height = 90;
  Drawing drawing(chart, k_height);
  drawing.text(16, 58, "There is nothing to show.", {{"fill", k_grey}});
  return std::move(drawing).finish();
}

/// Categories from top to bottom, so that their names can be read.
Drawn category_svg(const Chart& full) {
  const Chart chart = shortened(full);
  constexpr double k_bar = 15, k_gap = 8, k_top = 58, k_bottom = 46, k_right = 60;
  std::size_t longest = 4;
  for (const std::string& label : chart.labels) longest = std::max(longest, display_width(label));
  constexpr std::size_t k_widest = 34;
  const double left = 24 + 6.8 * static_cast<double>(std::min(longest, k_widest));
  const auto count = static_cast<double>(chart.series.size());
  const double group = k_bar * count + k_gap;
  const double height = k_top + group * static_cast<double>(chart.labels.size()) + k_bottom;
  // The sum of the others would dwarf all other bars, so it is shown as a number only.
  const std::size_t bars = std::min(chart.labels.size(), k_most_bars);
  const double highest = most_of(chart, bars);
  const double step = std::max(nice_step(highest, 6), chart.y_title == "days" ? 0.01 : 1.0);
  const double most = step * std::max(1.0, std::ceil(highest / step));
  const double wide = k_width - left - k_right;
  const double end = height - k_bottom;
  Drawing drawing(chart, height);
  drawing.legend();
  for (int line = 0; line <= std::lround(most / step); ++line) {
    const double value = step * line;
    const double x = left + wide * value / most;
    drawing.line(x, k_top - 6, x, end, grid_colour(value));
    drawing.text(x, end + 16, number(value), {{"text-anchor", "middle"}});
  }
  const Markup::Attributes small{{"font-size", "11"}, {"fill", k_grey}};
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    const double y = k_top + group * static_cast<double>(i);
    drawing.text(left - 8, y + k_bar * count / 2 + 4, ellipsized(chart.labels[i], k_widest),
                 {{"text-anchor", "end"}});
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
      const double value = chart.series[s].values[i];
      const double top = y + k_bar * static_cast<double>(s);
      if (i >= bars) {
        drawing.text(left + 5, top + k_bar - 4, number(value) + " together", small);
        continue;
      }
      drawing.element("rect", {{"x", at(left)},
                               {"y", at(top)},
                               {"width", at(wide * value / most)},
                               {"height", at(k_bar - 2)},
                               {"fill", colour_of(s)}});
      drawing.text(left + wide * value / most + 5, top + k_bar - 4, number(value), small);
    }
  }
  drawing.text(left + wide / 2, height - 10, chart.y_title,
               {{"text-anchor", "middle"}, {"fill", k_grey}});
  return std::move(drawing).finish();
}

/// Time from left to right: lines, or bars for a single series.
Drawn time_svg(const Chart& chart) {
  constexpr double k_right = 24, k_top = 62, k_plot = 220, k_below = 78;
  const double highest = most_of(chart, chart.labels.size());
  const double step = std::max(nice_step(highest, 5), 1.0);
  const double most = step * std::max(1.0, std::ceil(highest / step));
  // The axis title, the numbers, the plot.
  const double left = 34 + 7.6 * static_cast<double>(std::max<std::size_t>(number(most).size(), 3));
  const double end = k_top + k_plot, wide = k_width - left - k_right;
  const std::size_t count = chart.labels.size();
  const double slot = wide / static_cast<double>(count);
  const auto x_of = [&](std::size_t i) { return left + slot * (static_cast<double>(i) + 0.5); };
  const auto y_of = [&](double value) { return end - k_plot * value / most; };
  Drawing drawing(chart, end + k_below);
  drawing.legend();
  for (int line = 0; line <= std::lround(most / step); ++line) {
    const double value = step * line;
    drawing.line(left, y_of(value), left + wide, y_of(value), grid_colour(value));
    drawing.text(left - 8, y_of(value) + 4, number(value), {{"text-anchor", "end"}});
  }
  // As many labels as fit, rotated so that long ones do not overlap.
  const std::size_t every = std::max<std::size_t>(1, (count + 23) / 24);
  for (std::size_t i = 0; i < count; i += every) {
    drawing.turned_text(x_of(i) + 4, end + 16, -40, ellipsized(chart.labels[i], 16),
                        {{"text-anchor", "end"}, {"font-size", "11"}});
  }
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const auto& values = chart.series[s].values;
    if (chart.kind == Chart::Kind::bars) {
      for (std::size_t i = 0; i < count; ++i) {
        drawing.bar({{"x", fmt::format("{:.2f}", x_of(i) - slot * 0.38)},
                     {"y", at(y_of(values[i]))},
                     {"width", fmt::format("{:.2f}", slot * 0.76)},
                     {"height", at(end - y_of(values[i]))},
                     {"fill", colour_of(s)}},
                    chart.labels[i] + ": " + number(values[i]));
      }
      continue;
    }
    std::string points;
    for (std::size_t i = 0; i < count; ++i) {
      points += fmt::format("{:.1f},{:.1f} ", x_of(i), y_of(values[i]));
    }
    drawing.element("polyline", {{"points", points},
                                 {"fill", "none"},
                                 {"stroke", colour_of(s)},
                                 {"stroke-width", "2"},
                                 {"stroke-dasharray", dashes_of(s)},
                                 {"stroke-linejoin", "round"}});
    if (count == 1) {  // a line needs two points
      drawing.element(
          "circle",
          {{"cx", at(x_of(0))}, {"cy", at(y_of(values[0]))}, {"r", "3.5"}, {"fill", colour_of(s)}});
    }
  }
  const Markup::Attributes centred{{"text-anchor", "middle"}, {"fill", k_grey}};
  drawing.text(left + wide / 2, end + k_below - 8, chart.x_title, centred);
  drawing.turned_text(16, k_top + k_plot / 2, -90, chart.y_title, centred);
  return std::move(drawing).finish();
}

}  // namespace

Drawn drawn(const Chart& chart) {
  if (chart.labels.empty() || chart.series.empty()) return empty_svg(chart);
  const bool lines = chart.kind == Chart::Kind::lines || chart.over_time;
  return lines ? time_svg(chart) : category_svg(chart);
}

std::string report_svg(const Report& report) {
  std::vector<Chart> charts = report.charts;
  if (charts.empty()) charts.push_back({Chart::Kind::bars, report.title, "", "", {}, {}});
  if (charts.size() == 1) return drawn(charts.front()).svg.finish();
  Markup body;
  double y = 0;
  for (const Chart& chart : charts) {
    const Drawn one = drawn(chart);
    body.open("g", {{"transform", fmt::format("translate(0 {:.0f})", y)}});
    body.append(one.svg).close();
    y += one.height;
  }
  Markup svg;
  svg.open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                   {"viewBox", fmt::format("0 0 {:.0f} {:.0f}", k_width, y)},
                   {"width", fmt::format("{:.0f}", k_width)},
                   {"height", fmt::format("{:.0f}", y)}});
  return svg.append(body).finish();
}

}  // namespace upkeep::patch::report
