// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "patch/report/markup.hpp"
#include "record/text_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace upkeep::patch::report {

namespace {

constexpr std::array<const char*, 8> k_heights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char*, 8> k_lengths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

std::string bar(double value, double most, std::size_t width) {
  const auto eighths = static_cast<std::size_t>(
      std::lround(8 * static_cast<double>(width) * value / std::max(most, 1e-9)));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += k_heights.back();
  return text + k_lengths.at(eighths % 8);
}

std::string shown(double value) {
  return value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value);
}

std::string over_time(const Chart& chart, std::size_t width) {
  std::size_t longest = 0;
  for (const Series& one : chart.series) longest = std::max(longest, display_width(one.name));
  std::string out;
  for (const Series& one : chart.series) {
    const double most = *std::max_element(one.values.begin(), one.values.end());
    out += fmt::format("{}  {}  at most {}\n", padded(one.name, longest),
                       sparkline(one.values, width - std::min(width, longest + 20)), shown(most));
  }
  return out + fmt::format("{}  {} to {}\n", padded("", longest), printable(chart.labels.front()),
                           printable(chart.labels.back()));
}

std::string by_category(const Chart& chart, std::size_t width) {
  constexpr std::size_t k_widest = 32, k_most = 15;
  const std::size_t count = std::min(chart.labels.size(), k_most);
  std::size_t longest = 0;
  double most = 0;
  for (std::size_t i = 0; i < count; ++i) {
    longest = std::max(longest, std::min(k_widest, display_width(printable(chart.labels[i]))));
    most = std::max(most, chart.series.front().values[i]);
  }
  std::string out;
  const std::size_t room =
      std::max<std::size_t>(8, std::min<std::size_t>(40, width - std::min(width, longest + 12)));
  for (std::size_t i = 0; i < count; ++i) {
    const double value = chart.series.front().values[i];
    out += fmt::format("{}  {} {}\n",
                       padded(ellipsized(printable(chart.labels[i]), k_widest), longest),
                       bar(value, most, room), shown(value));
  }
  if (chart.labels.size() > count) out += fmt::format("and {} more\n", chart.labels.size() - count);
  return out;
}

}  // namespace

std::string sparkline(const std::vector<double>& values, std::size_t width) {
  const std::size_t columns = std::min(values.size(), std::max<std::size_t>(width, 8));
  std::vector<double> means;
  for (std::size_t i = 0; i < columns; ++i) {
    const std::size_t from = i * values.size() / columns, to = (i + 1) * values.size() / columns;
    double sum = 0;
    for (std::size_t k = from; k < to; ++k) sum += values[k];
    means.push_back(sum / static_cast<double>(to - from));
  }
  const double most = means.empty() ? 0 : *std::max_element(means.begin(), means.end());
  std::string text;
  for (const double mean : means) {
    const double share = most > 0 ? std::max(0.0, mean) / most : 0;
    text += k_heights.at(static_cast<std::size_t>(std::lround(share * 7)));
  }
  return text;
}

std::string charts_text(const Report& report, std::size_t width) {
  std::string out;
  for (const Chart& chart : report.charts) {
    if (chart.labels.empty() || chart.series.empty()) continue;
    out += fmt::format("\n{}\n", printable(chart.title));
    out += chart.over_time ? over_time(chart, width) : by_category(chart, width);
  }
  return out;
}

}  // namespace upkeep::patch::report
