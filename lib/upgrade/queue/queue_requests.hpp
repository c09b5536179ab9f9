// SPDX-License-Identifier: MIT
// What a person asks of the queue as it is: ws-schedule --list, --cancel, --retarget, --resume and
// --resume-sweep. (New runs: scheduler.hpp; holds: hold_requests.hpp.)
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/queue/backends/backend.hpp"
#include "upgrade/queue/schedule_record.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/hold_store.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <string>
#include <vector>

namespace upkeep::upgrade {

class QueueRequests {
 public:
  /// Keeps references, and recovers what was left on this host. @throws db::Error
  QueueRequests(const config::Config& config, db::Connection& control, const EventLog& events);

  /// The active runs, in the order in which they will be served; of `asked` where there are some.
  std::vector<ScheduleRecord> list(const std::vector<std::string>& asked);
  /// Takes queued runs back, and the jobs that have nothing to do any more.
  std::vector<ScheduleRecord> cancel(const std::vector<std::string>& names, Backend& backend,
                                     bool dry_run);
  /// Queued runs that were pinned to another target: for the configured one from now on. @param
  /// names those to look at; empty: all whose target has no probes any more
  std::vector<ScheduleRecord> retarget(const std::vector<std::string>& names, bool dry_run);
  /// Hands what is due to the backend, in one job: after a pause its own jobs have come and gone.
  /// @returns how many runs that was
  std::size_t hand_over_due(Backend& backend, const Warn& warn);
  /// Ends the stop of a sweep, and hands those of its due runs that had a job to the backend.
  /// @returns whether it was stopped. @throws Error(partial) where there is no such sweep
  bool resume_sweep(const std::string& name, Backend& backend, const Warn& warn);

 private:
  std::vector<std::string> as_queued(const std::vector<std::string>& names);
  void withdraw_unneeded(const std::vector<std::string>& jobs, Backend& backend);

  const config::Config& m_config;
  const EventLog& m_events;
  db::Connection& m_control;
  Inspector m_inspector;
  RunStore m_runs;
  HoldStore m_holds;
  SweepStore m_sweeps;
  WallTime m_now;
};

}  // namespace upkeep::upgrade
