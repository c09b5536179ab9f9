// SPDX-License-Identifier: MIT
// What ends a sweep or drain before its work is done: the time, failures, a canary.
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
  bool pinned = false;                            ///< the target was given by the caller
  std::optional<std::chrono::milliseconds> wait;  ///< for a turn; nullopt: no limit
  bool force = false;    ///< also run upgraded or held workspaces, and do not wait for the marker
  int max_failures = 0;  ///< nothing is started after the Nth failure; 0: no limit
  int canary = 0;        ///< the first N must all succeed before the others start
  std::optional<WallTime> until;  ///< nothing is started after this time
  bool put_off = false;           ///< drain: runs of a sweep left after `until` are due a day later
  bool retry = false;        ///< drain: failed runs are queued again, with back-off, up to attempts
  std::string requested_by;  ///< the user of the tool
  std::optional<std::string> reason;  ///< --why
};

/// Counts runs, and decides when nothing more may be started.
class StopRules {
 public:
  /// Keeps a reference to the options.
  explicit StopRules(const UpgradeOptions& options) : m_options(options) {}

  /// Counts as started unless it is `skipped` or `unknown`.
  void count(const RunReport& report);
  /// The rule that forbids further starts; nullopt: none. @param now by the host's wall clock
  [[nodiscard]] std::optional<StopRule> broken(WallTime now) const;
  /// Why nothing more is started under that rule.
  [[nodiscard]] std::string reason(StopRule rule) const;

 private:
  [[nodiscard]] bool is_late(WallTime now) const {
    return m_options.until && now >= *m_options.until;
  }
  const UpgradeOptions& m_options;
  int m_started = 0, m_failures = 0, m_canary_failures = 0;
};

/// The effect on the exit status of a workspace that a rule keeps from being started.
ExitStatus status_of(StopRule rule);

}  // namespace upkeep::upgrade
