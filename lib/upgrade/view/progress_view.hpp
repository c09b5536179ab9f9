// SPDX-License-Identifier: MIT
// The data of ws-progress: states, runs, positions in the queue and expected times. Reads the
// database and, if the supervisor of a run on this host has died, the guardian's status; never the
// log.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/model/forecast.hpp"
#include "upgrade/model/progress.hpp"
#include "upgrade/model/progress_record.hpp"
#include "upgrade/model/server_bound.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/view/start_barriers.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

class ProgressView {
 public:
  /// Keeps references. @throws db::Error
  ProgressView(const config::Config& config, db::Connection& control, const std::string& target);

  std::vector<ProgressRecord> of(const std::vector<std::string>& names);
  /// @param down filled with the servers that do not answer
  std::vector<ProgressRecord> of_all(std::vector<std::string>& down);
  /// Those with an active run.
  std::vector<ProgressRecord> of_active();
  /// The same workspaces as in `before`, read again: cheap while they are queued or running.
  std::vector<ProgressRecord> again(const std::vector<ProgressRecord>& before);
  /// Those with an active run, and those of `before` that no longer have one, in one pass over the
  /// queue.
  std::vector<ProgressRecord> active_or_in(const std::vector<ProgressRecord>& before);
  /// @param until end of the forecast: runs that start later are counted as left
  Forecast forecast(std::optional<WallTime> until = {});
  /// How many runs were active at the last call.
  [[nodiscard]] std::int64_t active() const noexcept { return m_active; }

 private:
  struct Place;
  struct Queue;
  Queue read_queue();
  void predict(Queue& queue, const StartBarriers& barriers, const std::vector<std::size_t>& waiting,
               const std::vector<Expected>& busy, const std::vector<Expected>& due) const;
  [[nodiscard]] std::vector<double> ends_of(const std::vector<Expected>& busy,
                                            const std::vector<Expected>& due, double median) const;
  /// The results of `inspect` with their runs. Workspaces that change in between are read again, so
  /// that no record contradicts itself.
  std::vector<ProgressRecord> look(const std::function<std::vector<WorkspaceStatus>()>& inspect,
                                   int looks_left = 3);
  static ProgressRecord from_place(const Place& place, WallTime now);
  [[nodiscard]] ProgressRecord from_status(const WorkspaceStatus& status, const Run* newest,
                                           WallTime now) const;
  void overlay_guardian(Run& run, WallTime now) const;
  [[nodiscard]] std::optional<std::chrono::seconds> remaining_of(const Run& run,
                                                                 WallTime now) const;

  const config::Config& m_config;
  ServerBounds m_bounds;
  db::Connection& m_control;
  std::string m_target;
  Inspector m_inspector;
  RunStore m_runs;
  std::vector<HistoryEntry> m_history;
  Outline m_outline;
  ProgressModel m_model;  ///< of any workspace
  std::optional<HostState> m_host;
  std::int64_t m_active = 0;
};

}  // namespace upkeep::upgrade
