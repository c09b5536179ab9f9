// SPDX-License-Identifier: MIT
// The table `run`: every statement that writes to it but deletions. Methods may throw db::Error.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/claim.hpp"
#include "upgrade/model/ending.hpp"
#include "upgrade/model/progress.hpp"
#include "upgrade/model/slot.hpp"
#include "upgrade/model/sweep.hpp"
#include "upgrade/store/run_barriers.hpp"
#include "upgrade/store/run_history.hpp"
#include "upgrade/store/run_queue.hpp"
#include "upgrade/store/run_row.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::upgrade {

class RunStore {
 public:
  /// @param schema the control schema; its tables are qualified with it, so that the connection
  /// need not select it. Keeps a reference to the connection.
  RunStore(db::Connection& connection, const std::string& schema);
  RunStore(const RunStore&) = delete;
  RunStore& operator=(const RunStore&) = delete;

  /// The queued runs.
  [[nodiscard]] RunQueue& queue() noexcept { return m_queue; }
  /// The recorded runs.
  [[nodiscard]] RunHistory& history() noexcept { return m_history; }

  /// Creates a queued run unless one is active: decided by the unique key, so that of two
  /// concurrent callers one gets a new run and the other the same one.
  Claim claim(const ClaimRequest& request);
  std::optional<Run> find(std::int64_t id);
  std::optional<Run> active_of(const std::string& workspace);
  /// Changes queued runs that are not pinned from target `from` to `to`. @returns how many
  std::uint64_t follow_target(const std::string& from, const std::string& to);
  /// Changes a queued run to `target` and unpins it. @returns whether it is queued
  bool retarget(std::int64_t id, const std::string& target);
  /// Records the server that has the workspace of a queued run.
  void note_server(std::int64_t id, const std::string& server);
  /// The same for a run that runs under this lease. Call within a transaction. @returns whether it
  /// does
  bool move(const Lease& lease, const std::string& server);
  /// Sets the job of a queued run, regardless of when it is due.
  void replace_job(std::int64_t id, const std::string& via, const std::string& job);
  /// Sets the job of queued runs. @param was_due runs that are now due at another time are skipped:
  /// they were moved and have their own job. @returns how many were changed
  std::uint64_t set_job(const std::vector<std::int64_t>& ids, const std::string& via,
                        const std::string& job, WallTime due_at,
                        std::optional<WallTime> was_due = std::nullopt);
  /// Excludes runs of a sweep that are still running from the next sweep of that name.
  void leave_count(const std::string& sweep);
  /// Makes the remaining queued runs of a sweep (`request.sweep`) part of the next one of that
  /// name: with its target, priority, person and reason, and no job.
  void adopt(const std::vector<std::int64_t>& ids, const ClaimRequest& request, WallTime due_at);
  /// Brings a queued run forward: takes `priority` and `due_at` if they are better than its own,
  /// and removes the run from its sweep. @param request its priority, address, logins and due_at
  /// are used
  void hurry(std::int64_t id, const ClaimRequest& request);
  /// Changes the due time of a queued run, unless it was brought forward to another priority.
  /// @returns whether it did
  bool put_off(std::int64_t id, int priority, WallTime due_at);
  /// Ends a run that is still queued. @param was_due only if it is due at this time
  /// @returns false if it is no longer queued
  bool end_queued(std::int64_t id, RunState state, const std::string& detail,
                  std::optional<WallTime> was_due = std::nullopt);

  /// queued -> running under a slot. @param from_queue not while the queue is paused or its
  /// workspace is held
  /// @returns false if another process took or ended it, or has paused the queue
  /// @param run as it was read: if it has left its sweep since, it is not started from the queue;
  /// if another server was recorded for it since, it is not started at all
  /// @param part how its sweep counts it; nullopt: it is not counted
  bool start(const Run& run, const StartTerms& terms, bool from_queue,
             std::optional<SweepPart> part);
  /// running -> ended, if the run is still under this lease (each slot has its own epochs).
  /// @returns whether it was
  bool finish(const Lease& lease, const Ending& ending);
  /// running -> queued, as if it had never been started. @param why it could not be started; empty:
  /// it was not wanted now, and may be taken again immediately
  /// @returns whether it was running under this lease
  bool requeue(const Lease& lease, const std::string& why = "");
  /// The sweep that counts this run, and how; nullopt: none.
  std::optional<std::pair<std::string, SweepPart>> counted_by(std::int64_t id);
  /// Records the progress; percent and lines never decrease.
  void progress(const Lease& lease, const RunProgress& progress);
  /// Records an accepted success. @returns its run; nullopt if a run is active, or has failed since
  std::optional<Run> record_accepted(const Acceptance& acceptance);

  /// The word that identifies the installation in lock names.
  std::string installation();
  /// The server's clock.
  WallTime server_now();

 private:
  /// Call outside any transaction: repeats after a deadlock with a process that queues runs.
  std::uint64_t update_alone(std::string_view sql, const std::vector<db::Param>& params);
  int priority_of(const ClaimRequest& request);
  std::uint64_t insert(const ClaimRequest& request);
  /// Whether the queue is far from full; cheap, regardless of its length.
  bool has_room(int max_queue);
  [[nodiscard]] std::string and_due(std::optional<WallTime> time) const;
  db::Connection& m_connection;
  std::string m_run, m_installation;
  RunReader m_reader;
  RunBarriers m_barriers;
  RunQueue m_queue;
  RunHistory m_history;
};

}  // namespace upkeep::upgrade
