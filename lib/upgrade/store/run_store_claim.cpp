// SPDX-License-Identifier: MIT
// How a run gets its place in the queue.
#include "db/transaction.hpp"
#include "upgrade/store/run_store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

/// The priority that a request gets: one of a visitor's who has many ahead already, or who comes
/// when visitors have very many, is behind the logins. The counted rows stay locked until the
/// transaction ends, and so does the room between them: of two that count at one instant the server
/// refuses one, as a deadlock.
int RunStore::priority_of(const ClaimRequest& request) {
  if (!request.is_limited()) return request.priority;
  const auto count = [&](const char* whose, std::vector<db::Param> params) {
    params.emplace_back(k_default_priority);
    return m_connection
        .query(fmt::format("SELECT COUNT(*) FROM {} WHERE {} AND state IN ('queued', 'running')"
                           " AND priority <= ? LOCK IN SHARE MODE",
                           m_run, whose),
               params)
        .at(0)
        .integer(0);
  };
  const std::int64_t of_address = count("address = ?", {*request.address});
  return request.priority_beside(of_address, count("address IS NOT NULL", {}));
}

/// @returns how many rows: none where the queue is full. @throws db::Error, a duplicate where a run
/// is active
std::uint64_t RunStore::insert(const ClaimRequest& request) {
  const std::string limit =
      request.max_queue > 0 && !has_room(request.max_queue)
          ? fmt::format("(SELECT COUNT(*) FROM {} q WHERE q.state = 'queued') < {}", m_run,
                        request.max_queue)
          : "TRUE";
  std::uint64_t inserted = 0;
  const auto work = [&] {
    inserted = m_connection.execute(
        fmt::format("INSERT INTO {} (workspace, target, state, active, origin, priority,"
                    " requested_by, reason, host, sweep, address, pinned, via, queued_at, due_at)"
                    " SELECT ?, ?, 'queued', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3), ?"
                    " FROM DUAL WHERE {}",
                    m_run, limit),
        {request.workspace, request.target, request.origin == Origin::direct ? "direct" : "queue",
         priority_of(request), fitting(request.requested_by), fitting(request.reason), request.host,
         request.sweep, request.address, request.pinned ? 1 : 0, request.via,
         to_sql(request.due_at)});
  };
  // Of two that count the queue at one instant the server refuses one, as a deadlock.
  if (request.address) {
    db::transact(m_connection, work);
  } else {
    db::repeat(work);
  }
  return inserted;
}

void RunStore::hurry(std::int64_t id, const ClaimRequest& request) {
  db::transact(m_connection, [&] {
    const int priority = priority_of(request);
    // In this order: what is assigned first is what the next one sees.
    m_connection.execute(
        fmt::format("UPDATE {} SET address = CASE WHEN priority > ? THEN ? ELSE address END,"
                    " priority = LEAST(priority, ?), due_at = LEAST(due_at, ?),"
                    " sweep = NULL, put_back_at = NULL"
                    " WHERE state = 'queued' AND id = ?",
                    m_run),
        {priority, request.address, priority, to_sql(request.due_at), id});
  });
}

}  // namespace upkeep::upgrade
