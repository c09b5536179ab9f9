// SPDX-License-Identifier: MIT
// Requests jobs from the backend for claimed runs; handles a refusal of the backend, and a database
// that becomes unavailable in between.
#pragma once

#include "upgrade/queue/backends/backend.hpp"
#include "upgrade/queue/schedule_record.hpp"
#include "upgrade/queue/steady_control.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/run_store.hpp"

#include <cstddef>
#include <vector>

namespace upkeep::upgrade {

/// The times of a job.
struct JobTimes {
  /// The previous due time of its runs: a caller that brings one of them forward during the call of
  /// the backend requests another job for it.
  WallTime was_due;
  WallTime due;
  bool at_once = false;
};

class JobHandOver {
 public:
  /// Keeps references to all arguments.
  JobHandOver(SteadyControl& control, RunStore& runs, const EventLog& events, Backend& backend,
              const Warn& warn)
      : m_control(control), m_runs(runs), m_events(events), m_backend(backend), m_warn(warn) {}

  /// Adds to `jobless` the queued runs whose job the scheduler no longer knows (cancelled there, or
  /// its node died).
  void add_orphans(std::vector<ScheduleRecord>& records, std::vector<std::size_t>& jobless);
  /// Passes the runs of these records to the backend in one job. If it refuses, the new runs among
  /// them are cancelled and their records become `failed`.
  void hand_over(std::vector<ScheduleRecord>& records, const std::vector<std::size_t>& claimed,
                 const JobTimes& times);

 private:
  void show_overtaken(std::vector<ScheduleRecord>& records,
                      const std::vector<std::size_t>& claimed);

  SteadyControl& m_control;
  RunStore& m_runs;
  const EventLog& m_events;
  Backend& m_backend;
  const Warn& m_warn;
};

/// Passes due runs to the backend in one job that starts at once; if the backend takes only one run
/// per job, passes one of them, because any drain processes the whole queue. @returns how many
std::size_t hand_over_now(const std::vector<Run>& due, RunStore& runs, Backend& backend,
                          WallTime now, const Warn& warn);

}  // namespace upkeep::upgrade
