// SPDX-License-Identifier: MIT
#include "upgrade/runner/drain_summary.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

void DrainSummary::add(const RunReport& report) {
  if (report.state == "skipped") {
    // Already upgraded, or left in the queue by a rule, which gives the reason.
    const bool left = report.status != ExitStatus::ok;
    (left ? m_left : m_skipped) += 1;
    if (left && m_reason.empty()) m_reason = report.detail;
    return;
  }
  ++m_runs;
  (report.state == "succeeded" ? m_succeeded : m_failed) += 1;
  const auto elapsed = report.elapsed.value_or(std::chrono::seconds(0));
  m_elapsed.push_back(elapsed);
  if (m_longest_time && elapsed <= *m_longest_time) return;
  m_longest_time = elapsed;
  m_longest = report.workspace;
}

const std::vector<std::string>& DrainSummary::columns() {
  static const std::vector<std::string> k_columns{"started_at", "ended_at", "runs",  "succeeded",
                                                  "failed",     "skipped",  "left",  "median_s",
                                                  "longest_s",  "longest",  "reason"};
  return k_columns;
}

Record DrainSummary::record(WallTime ended_at) const {
  Value median;
  if (!m_elapsed.empty()) {
    std::vector<std::chrono::seconds> sorted = m_elapsed;
    std::sort(sorted.begin(), sorted.end());
    median = sorted[sorted.size() / 2];
  }
  return {iso8601(m_started_at),
          iso8601(ended_at),
          m_runs,
          m_succeeded,
          m_failed,
          m_skipped,
          m_left,
          median,
          m_longest_time,
          null_if_empty(m_longest),
          null_if_empty(m_reason)};
}

std::string DrainSummary::text() const {
  std::string text = fmt::format("drained: {} succeeded, {} failed, {} skipped, {} left",
                                 m_succeeded, m_failed, m_skipped, m_left);
  if (!m_reason.empty()) text += ": " + m_reason;
  return text;
}

}  // namespace upkeep::upgrade
