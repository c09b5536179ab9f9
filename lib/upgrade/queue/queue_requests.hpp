// SPDX-License-Identifier: MIT
// Requests about the existing queue: ws-schedule --list, --cancel, --retarget, --resume and
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
  /// Keeps references, and recovers abandoned runs on this host. @throws db::Error
  QueueRequests(const config::Config& config, db::Connection& control, const EventLog& events);

  /// The active runs, in the order in which they will be served; only those of `asked`, unless it
  /// is empty.
  std::vector<ScheduleRecord> list(const std::vector<std::string>& asked);
  /// Cancels queued runs, and jobs that have no more work.
  std::vector<ScheduleRecord> cancel(const std::vector<std::string>& names, Backend& backend,
                                     bool dry_run);
  /// Changes queued runs with another target to the configured one. @param names the workspaces;
  /// empty: all whose target no longer has probes
  std::vector<ScheduleRecord> retarget(const std::vector<std::string>& names, bool dry_run);
  /// Passes due runs to the backend in one job, because after a pause their own jobs are gone.
  /// @returns how many runs
  std::size_t hand_over_due(Backend& backend, const Warn& warn);
  /// Resumes a stopped sweep, and passes those of its due runs that had a job to the backend.
  /// @returns whether it was stopped. @throws Error(partial) if there is no such sweep
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
