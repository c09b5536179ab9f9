// SPDX-License-Identifier: MIT
// How runs that were claimed get a job of the backend, and what is done where it refuses or the
// database goes away between.
#pragma once

#include "upgrade/queue/backends/backend.hpp"
#include "upgrade/queue/schedule_record.hpp"
#include "upgrade/queue/steady_control.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/run_store.hpp"

#include <cstddef>
#include <vector>

namespace upkeep::upgrade {

/// When a job is to start.
struct JobTimes {
  /// When its runs are due until then: a caller that brings one forward while the backend answers
  /// gives it another job.
  WallTime was_due;
  WallTime due;
  bool at_once = false;
};

class JobHandOver {
 public:
  /// Keeps references to all.
  JobHandOver(SteadyControl& control, RunStore& runs, const EventLog& events, Backend& backend,
              const Warn& warn)
      : m_control(control), m_runs(runs), m_events(events), m_backend(backend), m_warn(warn) {}

  /// Adds to `jobless` the queued runs whose job the scheduler does not know any more (cancelled
  /// there, a node that died).
  void add_orphans(std::vector<ScheduleRecord>& records, std::vector<std::size_t>& jobless);
  /// Hands these records' runs over in one job. Where the backend refuses, the new runs among them
  /// are cancelled and their records are `failed`.
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

/// Hands runs that are due over in one job that starts at once; one of them where the backend takes
/// no more, as a drain for one is a drain for all. @returns how many
std::size_t hand_over_now(const std::vector<Run>& due, RunStore& runs, Backend& backend,
                          WallTime now, const Warn& warn);

}  // namespace upkeep::upgrade
