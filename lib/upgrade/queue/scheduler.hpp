// SPDX-License-Identifier: MIT
// Puts workspaces into the queue and arranges for the queue to be processed when they are due.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/queue/backends/backend.hpp"
#include "upgrade/queue/schedule_record.hpp"
#include "upgrade/queue/steady_control.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// --sweep and its rules.
struct SweepRequest {
  std::string name;
  int canary = 0, max_failures = 0;
  std::string until;  ///< HH:MM, local; its first occurrence after the sweep is due; empty: none
};

struct ScheduleOptions {
  std::string target;
  bool pinned = false;  ///< the target was named by the caller
  std::optional<WallTime> at;
  std::chrono::seconds delay{0};
  int priority = k_default_priority;
  std::optional<std::string> reason, requested_by;
  std::optional<std::string> address;  ///< of the requesting visitor, see visitor_of()
  std::string person;                  ///< the user of the tool, regardless of requested_by
  bool force = false;                  ///< ignore attempts and retry_after_s, upgrade again
  std::optional<int> limit;
  std::optional<SweepRequest> sweep;
  bool no_job = false;  ///< queue only: something else starts a drain
  bool dry_run = false;
};

class Scheduler {
 public:
  /// Keeps references to all arguments.
  Scheduler(const config::Config& config, db::Connection& control, const EventLog& events);

  /// Claims a run for each name, then passes them to the backend (in one job, if it takes many). If
  /// the backend refuses, the new runs are cancelled, so that none stays queued without a job.
  /// @returns the records, in the order of `names`
  std::vector<ScheduleRecord> schedule(const std::vector<std::string>& names,
                                       const ScheduleOptions& options, Backend& backend,
                                       const Warn& warn);

 private:
  ScheduleRecord claim_one(const WorkspaceStatus& status, const ScheduleOptions& options,
                           WallTime due);
  std::map<std::string, Run> begin_sweep(const ScheduleOptions& options, WallTime due);
  static void add_left_over(const Run& run, WallTime due, std::vector<ScheduleRecord>& records,
                            std::vector<std::size_t>& claimed, std::vector<std::size_t>& jobless);
  ClaimRequest request_of(const std::string& workspace, const ScheduleOptions& options,
                          WallTime due) const;
  ScheduleRecord claim_or_hurry(const WorkspaceStatus& status, const ScheduleOptions& options,
                                WallTime due, bool& needs_job);
  bool hurry(const WorkspaceStatus& status, const ScheduleOptions& options, WallTime due,
             ScheduleRecord& record);

  const config::Config& m_config;
  const EventLog& m_events;
  Inspector m_inspector;
  db::Connection& m_control;
  SteadyControl m_steady;
  RunStore m_runs;
  SweepStore m_sweeps;
  WallTime m_now;
  std::optional<std::string> m_via;  // the backend that gets a job for the claimed runs
  bool m_idle = false;               // no run is running: then an overdue run has lost its job
};

}  // namespace upkeep::upgrade
