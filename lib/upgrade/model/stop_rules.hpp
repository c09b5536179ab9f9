// SPDX-License-Identifier: MIT
// What ends a night before its work is done: the hour, failures, a canary.
#pragma once

#include "base/exit_status.hpp"
#include "base/time.hpp"
#include "upgrade/model/state.hpp"
#include "upgrade/runner/supervisor.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

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

using ReportSink = std::function<void(const RunReport&)>;

/// A record of a run that was not started.
RunReport skipped(const std::string& workspace, std::string why, ExitStatus status,
                  std::optional<std::int64_t> run = {});
/// A record of a workspace that could not be handled.
RunReport unknown(const std::string& workspace, std::string why, ExitStatus status);
/// Of one that was looked at and not seen: `skipped`, to be tried later, while its server gives no
/// answer; else `unknown`. Its run, if it has one, goes back to the queue unless there is no such
/// workspace.
RunReport not_seen(const WorkspaceStatus& status);

/// Counts what has run, and says when nothing more is to be started.
class StopRules {
 public:
  /// Keeps a reference to the options.
  explicit StopRules(const UpgradeOptions& options) : m_options(options) {}

  /// One that is not `skipped` or `unknown` counts as started.
  void count(const RunReport& report);
  /// Whether `until` has passed.
  [[nodiscard]] bool is_late() const;
  /// Why nothing more is to be started; nullopt: go on.
  [[nodiscard]] std::optional<std::string> reason() const;
  /// Which rule reason() speaks of.
  [[nodiscard]] StopRule rule() const;
  /// What a workspace that the reason keeps from being started adds to the exit status.
  [[nodiscard]] ExitStatus status() const;

 private:
  const UpgradeOptions& m_options;
  int m_started = 0, m_failures = 0, m_canary_failures = 0;
};

}  // namespace upkeep::upgrade
