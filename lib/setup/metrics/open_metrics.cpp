// SPDX-License-Identifier: MIT
#include "setup/metrics/open_metrics.hpp"

#include <fmt/format.h>

namespace upkeep::setup {

namespace {

std::string_view word(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return "counter";
    case MetricType::histogram:
      return "histogram";
    case MetricType::info:
      return "info";
    case MetricType::gauge:
      break;
  }
  return "gauge";
}

std::string sample_line(const MetricFamily& family, const Sample& sample) {
  std::string line = family.name + sample.suffix;
  const char* separator = "{";
  for (const auto& [name, value] : sample.labels) {
    line += fmt::format("{}{}=\"{}\"", separator, name, escaped_label(value));
    separator = ",";
  }
  if (!sample.labels.empty()) line += '}';
  return line + fmt::format(" {}\n", sample.value);
}

}  // namespace

std::string escaped_label(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::string open_metrics_text(const std::vector<MetricFamily>& families) {
  std::string text;
  for (const MetricFamily& family : families) {
    if (family.samples.empty()) continue;
    text += fmt::format("# TYPE {} {}\n", family.name, word(family.type));
    if (!family.unit.empty()) text += fmt::format("# UNIT {} {}\n", family.name, family.unit);
    text += fmt::format("# HELP {} {}\n", family.name, escaped_label(family.help));
    for (const Sample& sample : family.samples) text += sample_line(family, sample);
  }
  return text + "# EOF\n";
}

}  // namespace upkeep::setup
