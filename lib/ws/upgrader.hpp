// SPDX-License-Identifier: MIT
// ws-upgrade's work: named workspaces one after the other, or the queue until nothing is due.
#pragma once

#include "base/interrupts.hpp"
#include "base/worker.hpp"
#include "config/config.hpp"
#include "ws/event_log.hpp"
#include "ws/host_state.hpp"
#include "ws/inspector.hpp"
#include "ws/lock_session.hpp"
#include "ws/supervisor.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::ws {

struct UpgradeOptions {
  std::string target;
  std::optional<std::chrono::milliseconds> wait;  ///< for a turn; nullopt: for ever
  bool force = false;             ///< run an upgraded workspace too, do not wait for the marker
  int max_failures = 0;           ///< nothing is started after the Nth failure; 0: no limit
  int canary = 0;                 ///< the first N must all succeed before the rest start
  std::optional<WallTime> until;  ///< nothing is started after it
  bool put_off = false;           ///< drain: what `until` leaves of a sweep is due a day later
  bool retry = false;  ///< drain: what failed is queued again, with back-off, up to attempts
  std::string requested_by;
};

using ReportSink = std::function<void(const RunReport&)>;

class Upgrader {
 public:
  /// Connects twice (queue and lock). @throws Error
  Upgrader(const config::Config& config, UpgradeOptions options, Interrupts& interrupts,
           ReportSink sink);
  ~Upgrader();
  Upgrader(const Upgrader&) = delete;
  Upgrader& operator=(const Upgrader&) = delete;

  /// Upgrades each, in order, waiting for its turn. @returns the worst of the reports, or 128+n
  /// after a signal
  ExitStatus upgrade(const std::vector<std::string>& names);
  /// Works off the queue until nothing is due or a rule says stop.
  ExitStatus drain();
  /// After drain(): whether there is due work that no rule and no signal keeps from being started.
  bool has_more();

 private:
  struct Session;
  void reconnect_if_needed();
  RunReport upgrade_one(const std::string& name);
  std::optional<RunReport> claim_and_run(const std::string& name);
  RunReport wait_and_run(const Run& run, bool ours);
  std::optional<RunReport> already_upgraded(const std::string& name);
  void wait_for_end_of(const Run& run);
  Taken take(const TakeRequest& request);
  RunReport end_unstarted(Taken& taken, RunReport report);
  RunReport work(Taken taken, bool check_pending);
  std::optional<RunReport> not_pending_any_more(const Taken& taken);
  std::optional<std::string> reason_to_stop() const;
  void count(const RunReport& report);
  void skip_rest_of_queue(const std::string& reason, ExitStatus status);
  bool put_off(const Run& run, WallTime now);
  void set_aside(const Run& run, RunReport& report);
  WorkspaceStatus look(const std::string& workspace, const std::string& target);
  ProgressModel model_of(const std::string& target);
  bool interrupted();

  const config::Config& m_config;
  UpgradeOptions m_options;
  Interrupts& m_interrupts;
  ReportSink m_sink;
  EventLog m_events;
  HostState m_host;
  std::unique_ptr<Session> m_session;  // the queue's connection, made anew where it was cut
  std::unique_ptr<LockSession> m_lock;
  std::unique_ptr<Worker> m_worker;  // after m_lock: it ends first
  int m_started = 0, m_failures = 0, m_canary_failures = 0;
  bool m_stopped_by_rule = false;  // --until, --max-failures, --canary, --wait
  ExitStatus m_status = ExitStatus::ok;
};

/// Drains under the host's drain locks: returns at once (ok) where `slots` others drain already. No
/// run is forgotten between "the queue is empty" and "the lock is free": the queue is looked at
/// again after that.
ExitStatus drain_queue(const config::Config& config, const UpgradeOptions& options,
                       Interrupts& interrupts, const ReportSink& sink);

}  // namespace upkeep::ws
