// SPDX-License-Identifier: MIT
// Puts workspaces into the queue and has the queue worked off when they are due.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/queue/backends/backend.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/hold_store.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// A record of ws-schedule.
struct ScheduleRecord {
  std::string workspace;
  std::string
      state;  ///< queued already upgraded refused failed unknown; cancelled; running (of a list)
  std::optional<std::int64_t> run;
  std::optional<std::string> job;
  std::optional<WallTime> due;
  std::string detail;
  ExitStatus status = ExitStatus::ok;
  bool adopted = false;  ///< queued, of an earlier sweep's: it stays where the backend refuses
};

/// --sweep and its rules.
struct SweepRequest {
  std::string name;
  int canary = 0, max_failures = 0;
  std::string until;  ///< HH:MM, local; its first occurrence after the sweep is due; empty: none
};

ScheduleRecord record_of(const std::string& workspace, std::string state, std::string detail,
                         ExitStatus status);
/// Of a run that is there, with its job and due time.
ScheduleRecord record_of(const Run& run, std::string state, std::string detail);

struct ScheduleOptions {
  std::string target;
  bool pinned = false;  ///< the target was named by the caller
  std::optional<WallTime> at;
  int delay_s = 0;
  int priority = k_default_priority;
  std::optional<std::string> reason, requested_by;
  std::optional<std::string> address;  ///< of the visitor who asks, see visitor_of()
  std::string person;                  ///< who typed it, whatever requested_by says
  bool force = false;                  ///< past attempts, retry_after_s and an upgraded workspace
  std::optional<int> limit;
  std::optional<SweepRequest> sweep;
  bool no_job = false;  ///< queue only: somebody drains then
  bool dry_run = false;
};

class Scheduler {
 public:
  /// Keeps references.
  Scheduler(const config::Config& config, db::Connection& control, const EventLog& events);

  /// Claims a run for each, then hands them to the backend (together, where it takes many); where
  /// that refuses, the claims are undone and no queued run is left behind. @param warn for what is
  /// worth telling a person
  /// @returns the records, in the order of `names`
  std::vector<ScheduleRecord> schedule(const std::vector<std::string>& names,
                                       const ScheduleOptions& options, Backend& backend,
                                       const std::function<void(const std::string&)>& warn);
  /// Ends the stop of a sweep, and hands those of its due runs that had a job to the backend.
  /// @returns whether it was stopped. @throws Error(partial) where there is no such sweep
  bool resume_sweep(const std::string& name, Backend& backend,
                    const std::function<void(const std::string&)>& warn);
  /// Hands what is due to the backend, in one job: after a pause its own jobs have come and gone.
  /// @returns how many runs that was
  std::size_t hand_over_due(Backend& backend, const std::function<void(const std::string&)>& warn);
  /// The active runs, in the order in which they will be served; of `asked` where there are some.
  std::vector<ScheduleRecord> list(const std::vector<std::string>& asked);
  /// Queued runs that were pinned to another target: for the configured one from now on. @param
  /// names those to look at; empty: all whose target has no probes any more
  std::vector<ScheduleRecord> retarget(const std::vector<std::string>& names, bool dry_run);
  /// Takes queued runs back, and the jobs that have nothing to do any more.
  std::vector<ScheduleRecord> cancel(const std::vector<std::string>& names, Backend& backend,
                                     bool dry_run);

 private:
  std::vector<std::string> as_queued(const std::vector<std::string>& names);
  ScheduleRecord claim_one(const WorkspaceStatus& status, const ScheduleOptions& options,
                           WallTime due);
  std::map<std::string, Run> begin_sweep(const ScheduleOptions& options, WallTime due);
  static void add_left_over(const Run& run, WallTime due, std::vector<ScheduleRecord>& records,
                            std::vector<std::size_t>& claimed, std::vector<std::size_t>& jobless);
  ClaimRequest request_of(const std::string& workspace, const ScheduleOptions& options,
                          WallTime due) const;
  ScheduleRecord claim_or_hurry(const WorkspaceStatus& status, const ScheduleOptions& options,
                                WallTime due, bool& needs_job);
  bool with_database(const std::function<void()>& work);
  void show_overtaken(std::vector<ScheduleRecord>& records,
                      const std::vector<std::size_t>& claimed);
  bool hurry(const WorkspaceStatus& status, const ScheduleOptions& options, WallTime due,
             ScheduleRecord& record);
  void add_orphans(std::vector<ScheduleRecord>& records, Backend& backend,
                   std::vector<std::size_t>& jobless);
  void hand_over(std::vector<ScheduleRecord>& records, const std::vector<std::size_t>& claimed,
                 WallTime was_due, WallTime due, bool at_once, Backend& backend,
                 const std::function<void(const std::string&)>& warn);

  const config::Config& m_config;
  const EventLog& m_events;
  Inspector m_inspector;
  db::Connection& m_control;
  RunStore m_runs;
  HoldStore m_holds;
  SweepStore m_sweeps;
  WallTime m_now;
  std::optional<std::string> m_via;  // the backend that is to get a job for what is claimed
  bool m_lost = false, m_reconnected = false;
  std::string m_away;   // why the database does not answer any more
  bool m_idle = false;  // no run is running: a run that is overdue then has lost its job
};

}  // namespace upkeep::upgrade
