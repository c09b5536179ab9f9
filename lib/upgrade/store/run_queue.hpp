// SPDX-License-Identifier: MIT
// The queued runs in the table `run`, and which is next. Only reads; model/queue_order.hpp defines
// the same order and the same barriers for runs in memory.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/queue_order.hpp"
#include "upgrade/store/run_barriers.hpp"
#include "upgrade/store/run_row.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// Every method may throw db::Error.
class RunQueue {
 public:
  /// Keeps a reference to the connection. @param schema the control schema
  RunQueue(db::Connection& connection, const std::string& schema);

  /// Queued and running runs in the order in which they will be served, running ones first.
  std::vector<Run> active();
  bool any_running();
  /// The next due run by priority, then due time, then age; none while the queue is paused, none of
  /// a held workspace, and none of a sweep whose rules allow no start now.
  std::optional<Run> next_due(const DueFilter& filter = {});
  /// The distinct targets of queued runs.
  std::vector<std::string> targets();
  /// The queued runs of a sweep, in order.
  std::vector<Run> of_sweep(const std::string& sweep);
  /// Due runs that a caller has pinned to this version.
  std::vector<Run> due_pinned(const std::string& target);
  /// The next due run that got a job and has been due for longer than this.
  std::optional<Run> overdue_with_job(std::chrono::seconds late);
  /// The first due run that a drain leaves: one that was put back since the drain started, if it is
  /// to be retried by a job, or one queued for a target that its configuration does not know yet.
  /// @param has_put_back whether the drain has put back any run
  std::optional<Run> left_behind(const DueFilter& filter, bool has_put_back,
                                 const std::set<std::string>& others);
  /// The queued runs of which it is not known that one of these servers has them: those of which no
  /// server is recorded, and of others.
  std::vector<Run> elsewhere(const std::vector<std::string>& servers);
  /// Direct runs of this host that were queued so long ago that a live ws-upgrade must hold their
  /// lock.
  std::vector<Run> direct_claims(const std::string& host);

 private:
  [[nodiscard]] std::string and_allowed(const DueFilter& filter) const;

  db::Connection& m_connection;
  std::string m_run, m_sweep;
  RunReader m_reader;
  RunBarriers m_barriers;
};

}  // namespace upkeep::upgrade
