// SPDX-License-Identifier: MIT
// Text in the OpenMetrics format 1.0, which node_exporter's textfile collector reads too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::setup {

enum class MetricType { gauge, counter, histogram, info };

struct Sample {
  std::string suffix;  ///< follows the family's name: `_total`, `_bucket`; empty: none
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

/// A metric: everything that has the same name.
struct MetricFamily {
  std::string name;  ///< ends in its unit, if it has one
  MetricType type = MetricType::gauge;
  std::string unit;  ///< `seconds`; empty: none
  std::string help;
  std::vector<Sample> samples = {};
};

/// A label's value with `\`, `"` and line ends escaped.
std::string escaped_label(std::string_view value);

/// All families in their order, with the final `# EOF`. Families without samples are left out.
std::string open_metrics_text(const std::vector<MetricFamily>& families);

}  // namespace upkeep::setup
