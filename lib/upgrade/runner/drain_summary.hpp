// SPDX-License-Identifier: MIT
// A summary of one drain of the queue, as one record.
#pragma once

#include "record/value.hpp"
#include "upgrade/model/run_report.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace upkeep::upgrade {

class DrainSummary {
 public:
  explicit DrainSummary(WallTime started_at) : m_started_at(started_at) {}

  void add(const RunReport& report);
  /// Whether anything was done or left.
  [[nodiscard]] bool any() const { return m_runs > 0 || m_skipped > 0 || m_left > 0; }
  static const std::vector<std::string>& columns();
  [[nodiscard]] Record record(WallTime ended_at) const;
  /// One line for the event log.
  [[nodiscard]] std::string text() const;

 private:
  WallTime m_started_at;
  std::int64_t m_runs = 0, m_succeeded = 0, m_failed = 0, m_skipped = 0, m_left = 0;
  std::vector<std::chrono::seconds> m_elapsed;
  std::string m_longest, m_reason;
  std::optional<std::chrono::seconds> m_longest_time;
};

}  // namespace upkeep::upgrade
