// SPDX-License-Identifier: MIT
// What ends a night before its work is done: the hour, failures, a canary.
#pragma once

#include "base/exit_status.hpp"
#include "base/time.hpp"
#include "upgrade/model/run_report.hpp"
#include "upgrade/model/sweep.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace upkeep::upgrade {

struct UpgradeOptions {
  std::string target;
  bool pinned = false;                            ///< the target was named by the caller
  std::optional<std::chrono::milliseconds> wait;  ///< for a turn; nullopt: for ever
  bool force = false;    ///< run an upgraded or held workspace too, do not wait for the marker
  int max_failures = 0;  ///< nothing is started after the Nth failure; 0: no limit
  int canary = 0;        ///< the first N must all succeed before the rest start
  std::optional<WallTime> until;  ///< nothing is started after it
  bool put_off = false;           ///< drain: what `until` leaves of a sweep is due a day later
  bool retry = false;        ///< drain: what failed is queued again, with back-off, up to attempts
  std::string requested_by;  ///< the person who typed it
  std::optional<std::string> reason;  ///< --why
};

/// Counts what has run, and says when nothing more is to be started.
class StopRules {
 public:
  /// Keeps a reference to the options.
  explicit StopRules(const UpgradeOptions& options) : m_options(options) {}

  /// One that is not `skipped` or `unknown` counts as started.
  void count(const RunReport& report);
  /// The rule that says so; nullopt: go on. @param now by the host's wall clock
  [[nodiscard]] std::optional<StopRule> broken(WallTime now) const;
  /// Why nothing more is to be started under that rule.
  [[nodiscard]] std::string reason(StopRule rule) const;

 private:
  [[nodiscard]] bool is_late(WallTime now) const {
    return m_options.until && now >= *m_options.until;
  }
  const UpgradeOptions& m_options;
  int m_started = 0, m_failures = 0, m_canary_failures = 0;
};

/// What a workspace that a rule keeps from being started adds to the exit status.
ExitStatus status_of(StopRule rule);

}  // namespace upkeep::upgrade
