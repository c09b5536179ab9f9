// SPDX-License-Identifier: MIT
// Figures of the queue, the runs and the sweeps, for monitoring. Only reads; the work does not grow
// with the size of the runs, and a hundred thousand of them are counted within a tenth of a second.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/ended_runs.hpp"
#include "upgrade/model/run.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

struct QueueFigures {
  std::int64_t queued = 0, running = 0;
  std::int64_t due = 0;  ///< queued runs that a drain would start now if it had a slot
  std::optional<std::chrono::seconds> oldest_due;  ///< how long the first of them has been due
};

struct SweepFigures {
  std::string name;
  std::string stopped_by;  ///< the word of a StopRule; empty: it is not stopped
  std::int64_t left = 0;   ///< its queued runs
};

/// Every method may throw db::Error.
class Figures {
 public:
  /// Keeps a reference to the connection. @param schema the control schema
  Figures(db::Connection& connection, const std::string& schema);

  /// Runs of held workspaces, of stopped sweeps, and those that a ws-upgrade waits for, are not
  /// due.
  QueueFigures queue();
  std::int64_t slots_taken();
  bool is_paused();
  /// By state, including pruned runs.
  std::map<RunState, EndedRuns> ended();
  /// A sweep past its --until is stopped while it has runs left.
  std::vector<SweepFigures> sweeps();

 private:
  db::Connection& m_connection;
  std::string m_schema;  // quoted, with its dot
};

}  // namespace upkeep::upgrade
