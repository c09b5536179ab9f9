// SPDX-License-Identifier: MIT
// Charts for screen and paper: dark on white, distinguished by more than colour.
#include "base/text.hpp"
#include "patch/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace upkeep::patch::report {

namespace {

constexpr double k_width = 760;
constexpr std::array<const char*, 5> k_colours{"#1f5a99", "#c8641b", "#3d7a3a", "#7a4a9c",
                                               "#555555"};
constexpr std::array<const char*, 5> k_dashes{"", "7 4", "2 3", "9 3 2 3", "1 4"};
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

std::string text_at(double x, double y, const std::string& text, const std::string& more) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\"{}>{}</text>\n", x, y, more, escaped(text));
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
  Drawing(const Chart& chart, double height) : m_chart(chart), m_height(height) {}

  std::string finish() const {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "width=\"{0:.0f}\""
        " height=\"{1:.0f}\" role=\"img\" font-family=\"system-ui, Liberation Sans, DejaVu Sans,"
        " sans-serif\" font-size=\"12\" fill=\"#1b1f24\">\n<title>{2}</title>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{3}</svg>\n",
        k_width, m_height, escaped(m_chart.title), m_body);
  }
  void add(const std::string& element) { m_body += element; }
  void title() { add(text_at(16, 24, m_chart.title, " font-size=\"15\" font-weight=\"600\"")); }
  /// Which colour denotes which series, below the title.
  void legend() {
    if (m_chart.series.size() < 2) return;
    double x = 16;
    for (std::size_t i = 0; i < m_chart.series.size(); ++i) {
      const char* colour = k_colours.at(i % k_colours.size());
      add(m_chart.kind == Chart::Kind::lines
              ? fmt::format("<line x1=\"{0:.1f}\" y1=\"41\" x2=\"{1:.1f}\" y2=\"41\" stroke=\"{2}\""
                            " stroke-width=\"2.5\" stroke-dasharray=\"{3}\"/>\n",
                            x, x + 24, colour, k_dashes.at(i % k_dashes.size()))
              : fmt::format(
                    "<rect x=\"{:.1f}\" y=\"35\" width=\"12\" height=\"12\" fill=\"{}\"/>\n", x + 6,
                    colour));
      const std::string& name = m_chart.series[i].name;
      add(text_at(x + 29, 45, name, ""));
      x += 48 + 7 * static_cast<double>(display_width(name));
    }
  }

 private:
  const Chart& m_chart;
  double m_height;
  std::string m_body;
};

std::string empty_svg(const Chart& chart) {
  constexpr double k_height = 90;
  Drawing drawing(chart, k_height);
  drawing.title();
  drawing.add(text_at(16, 58, "There is nothing to show.", " fill=\"#57606a\""));
  return drawing.finish();
}

/// Categories from top to bottom, so that their names can be read.
std::string category_svg(const Chart& full) {
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
  drawing.title();
  drawing.legend();
  for (int line = 0; line <= std::lround(most / step); ++line) {
    const double value = step * line;
    const double x = left + wide * value / most;
    drawing.add(
        fmt::format("<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\""
                    " stroke=\"{3}\"/>\n",
                    x, k_top - 6, end, value == 0 ? "#57606a" : "#d8dee4"));
    drawing.add(text_at(x, end + 16, number(value), " text-anchor=\"middle\""));
  }
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    const double y = k_top + group * static_cast<double>(i);
    drawing.add(text_at(left - 8, y + k_bar * count / 2 + 4, ellipsized(chart.labels[i], k_widest),
                        " text-anchor=\"end\""));
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
      const double value = chart.series[s].values[i];
      const double at = y + k_bar * static_cast<double>(s);
      if (i >= bars) {
        drawing.add(text_at(left + 5, at + k_bar - 4, number(value) + " together",
                            " font-size=\"11\" fill=\"#57606a\""));
        continue;
      }
      drawing.add(fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\""
          " fill=\"{}\"/>\n",
          left, at, wide * value / most, k_bar - 2, k_colours.at(s % k_colours.size())));
      drawing.add(text_at(left + wide * value / most + 5, at + k_bar - 4, number(value),
                          " font-size=\"11\" fill=\"#57606a\""));
    }
  }
  drawing.add(text_at(left + wide / 2, height - 10, chart.y_title,
                      " text-anchor=\"middle\" fill=\"#57606a\""));
  return drawing.finish();
}

/// Time from left to right: lines, or bars for a single series.
std::string time_svg(const Chart& chart) {
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
  drawing.title();
  drawing.legend();
  for (int line = 0; line <= std::lround(most / step); ++line) {
    const double value = step * line;
    drawing.add(
        fmt::format("<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\""
                    " stroke=\"{3}\"/>\n",
                    left, y_of(value), left + wide, value == 0 ? "#57606a" : "#d8dee4"));
    drawing.add(text_at(left - 8, y_of(value) + 4, number(value), " text-anchor=\"end\""));
  }
  // As many labels as fit, rotated so that long ones do not overlap.
  const std::size_t every = std::max<std::size_t>(1, (count + 23) / 24);
  for (std::size_t i = 0; i < count; i += every) {
    drawing.add(
        fmt::format("<text transform=\"translate({:.1f} {:.1f}) rotate(-40)\""
                    " text-anchor=\"end\" font-size=\"11\">{}</text>\n",
                    x_of(i) + 4, end + 16, escaped(ellipsized(chart.labels[i], 16))));
  }
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const auto& values = chart.series[s].values;
    const char* colour = k_colours.at(s % k_colours.size());
    if (chart.kind == Chart::Kind::bars) {
      for (std::size_t i = 0; i < count; ++i) {
        drawing.add(
            fmt::format("<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\""
                        " fill=\"{}\"><title>{}: {}</title></rect>\n",
                        x_of(i) - slot * 0.38, y_of(values[i]), slot * 0.76, end - y_of(values[i]),
                        colour, escaped(chart.labels[i]), number(values[i])));
      }
      continue;
    }
    std::string points;
    for (std::size_t i = 0; i < count; ++i) {
      points += fmt::format("{:.1f},{:.1f} ", x_of(i), y_of(values[i]));
    }
    drawing.add(
        fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\""
                    " stroke-dasharray=\"{}\" stroke-linejoin=\"round\"/>\n",
                    points, colour, k_dashes.at(s % k_dashes.size())));
    if (count == 1) {  // a line needs two points
      drawing.add(fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" fill=\"{}\"/>\n",
                              x_of(0), y_of(values[0]), colour));
    }
  }
  drawing.add(text_at(left + wide / 2, end + k_below - 8, chart.x_title,
                      " text-anchor=\"middle\" fill=\"#57606a\""));
  drawing.add(
      fmt::format("<text transform=\"translate(16 {:.1f}) rotate(-90)\" text-anchor=\"middle\""
                  " fill=\"#57606a\">{}</text>\n",
                  k_top + k_plot / 2, escaped(chart.y_title)));
  return drawing.finish();
}

double height_of(const std::string& svg) {
  const std::string mark = "\" height=\"";
  const auto at = svg.find(mark) + mark.size();
  return static_cast<double>(to_integer(svg.substr(at, svg.find('"', at) - at)).value_or(0));
}

}  // namespace

std::string chart_svg(const Chart& chart) {
  if (chart.labels.empty() || chart.series.empty()) return empty_svg(chart);
  const bool lines = chart.kind == Chart::Kind::lines || chart.over_time;
  return lines ? time_svg(chart) : category_svg(chart);
}

std::string report_svg(const Report& report) {
  std::vector<Chart> charts = report.charts;
  if (charts.empty()) charts.push_back({Chart::Kind::bars, report.title, "", "", {}, {}});
  if (charts.size() == 1) return chart_svg(charts.front());
  std::string body;
  double y = 0;
  for (const Chart& chart : charts) {
    const std::string svg = chart_svg(chart);
    body += fmt::format("<g transform=\"translate(0 {:.0f})\">\n{}</g>\n", y, svg);
    y += height_of(svg);
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\""
      " height=\"{1:.0f}\">\n{2}</svg>\n",
      k_width, y, body);
}

}  // namespace upkeep::patch::report
