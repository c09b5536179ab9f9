// SPDX-License-Identifier: MIT
// The table `run`: every statement that writes to it. Every method may throw db::Error.
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
  /// @param schema the control schema; its tables are named in full, so that the connection need
  /// not select it. Keeps a reference to the connection.
  RunStore(db::Connection& connection, const std::string& schema);
  RunStore(const RunStore&) = delete;
  RunStore& operator=(const RunStore&) = delete;

  /// What waits in the table.
  [[nodiscard]] RunQueue& queue() noexcept { return m_queue; }
  /// What it has on record.
  [[nodiscard]] RunHistory& history() noexcept { return m_history; }

  /// Makes a queued run unless one is active: decided by the unique key, so that of two callers at
  /// one instant one gets a new run and the other is told the same.
  Claim claim(const ClaimRequest& request);
  std::optional<Run> find(std::int64_t id);
  std::optional<Run> active_of(const std::string& workspace);
  /// Queued runs to `from` that no caller pinned go to `to` instead. @returns how many
  std::uint64_t follow_target(const std::string& from, const std::string& to);
  /// A queued run goes to `target`, pinned no more. @returns whether it is queued
  bool retarget(std::int64_t id, const std::string& target);
  /// The job that a queued run waits for now, at whatever time the run is due.
  void replace_job(std::int64_t id, const std::string& via, const std::string& job);
  /// @param was_due those that are due at another time by now have been moved, and so have a job of
  /// their own: they are left alone. @returns how many were changed
  std::uint64_t set_job(const std::vector<std::int64_t>& ids, const std::string& via,
                        const std::string& job, WallTime due_at,
                        std::optional<WallTime> was_due = std::nullopt);
  /// What still runs of a sweep does not count in the next one of that name.
  void leave_count(const std::string& sweep);
  /// Makes what a sweep (`request.sweep`) has left in the queue a part of the next one of that
  /// name: its target, priority, person and reason, and no job.
  void adopt(const std::vector<std::int64_t>& ids, const ClaimRequest& request, WallTime due_at);
  /// Brings a queued run forward: `priority` and `due_at` where they are sooner than its own. It
  /// leaves its sweep. @param request its priority, address, logins and due_at count
  void hurry(std::int64_t id, const ClaimRequest& request);
  /// A queued run is due at `due_at`, unless it has been brought forward to another priority.
  /// @returns whether it is.
  bool put_off(std::int64_t id, int priority, WallTime due_at);
  /// Ends a run that is still queued. @param was_due and due at this time
  /// @returns false when it is not any more.
  bool end_queued(std::int64_t id, RunState state, const std::string& detail,
                  std::optional<WallTime> was_due = std::nullopt);

  /// queued -> running under a slot. @param from_queue not while the queue is paused or its
  /// workspace is held
  /// @returns false when somebody else took or ended it, or has paused the queue.
  /// @param run as it was read: one that has left its sweep since is not started from the queue
  /// @param part what it counts as in its sweep; nullopt: it is not counted
  bool start(const Run& run, const StartTerms& terms, bool from_queue,
             std::optional<SweepPart> part);
  /// running -> ended; only while the run is still under this lease: each slot counts epochs of
  /// its own. @returns whether it was.
  bool finish(const Lease& lease, const Ending& ending);
  /// running -> queued, as if it had never been started. @param why it could not be; empty: it was
  /// merely not wanted any more, and may be taken again at once
  /// @returns whether it was running under this lease
  bool requeue(const Lease& lease, const std::string& why = "");
  /// The sweep that counts this run, and what as; nullopt: none does.
  std::optional<std::pair<std::string, SweepPart>> counted_by(std::int64_t id);
  /// percent and lines never fall.
  void progress(const Lease& lease, const RunProgress& progress);
  /// @returns its run; nullopt where a run is active, or has failed since.
  std::optional<Run> record_accepted(const Acceptance& acceptance);

  /// The installation's own word in lock names.
  std::string installation();
  /// The server's clock.
  WallTime server_now();

 private:
  /// Outside of any transaction: tried again where it meets somebody's who queues (a deadlock).
  std::uint64_t update_alone(std::string_view sql, const std::vector<db::Param>& params);
  int priority_of(const ClaimRequest& request);
  std::uint64_t insert(const ClaimRequest& request);
  /// Whether the queue is far from full; cheap, however long it is.
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
