// SPDX-License-Identifier: MIT
#include "upgrade/store/run_store.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "db/transaction.hpp"
#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

RunStore::RunStore(db::Connection& connection, const std::string& schema)
    : m_connection(connection),
      m_run(db::quoted_identifier(schema) + ".run"),
      m_installation(db::quoted_identifier(schema) + ".installation"),
      m_reader(connection, m_run),
      m_barriers(schema),
      m_queue(connection, schema),
      m_history(connection, m_run) {}

std::uint64_t RunStore::update_alone(std::string_view sql, const std::vector<db::Param>& params) {
  std::uint64_t changed = 0;
  db::repeat([&] { changed = m_connection.execute(sql, params); });
  return changed;
}

std::string RunStore::and_due(std::optional<WallTime> time) const {
  return time ? m_connection.bound(" AND due_at = ?", {to_sql(*time)}) : "";
}

std::optional<Run> RunStore::find(std::int64_t id) {
  return m_reader.first("id = ?", {id});
}

std::optional<Run> RunStore::active_of(const std::string& workspace) {
  return m_reader.first("workspace = ? AND active = 1", {workspace});
}

// --- a place in the queue

Claim RunStore::claim(const ClaimRequest& request) {
  Claim claim;
  // A run that ends between the refused INSERT and the following SELECT makes room for a new one:
  // try again.
  for (int attempt = 0; attempt < 20; ++attempt) {
    try {
      if (insert(request) == 1) {
        // By its id: a drain may have completed it already, and another run may have been queued.
        claim.run = m_reader.first("id = LAST_INSERT_ID()").value();
        claim.outcome = ClaimOutcome::queued;
        return claim;
      }
      claim.outcome = ClaimOutcome::queue_full;
    } catch (const db::Error& error) {
      if (!error.duplicate()) throw;
      claim.outcome = ClaimOutcome::already;
    }
    if (const auto active = active_of(request.workspace)) {
      claim.run = *active;
      if (claim.outcome == ClaimOutcome::queue_full) claim.outcome = ClaimOutcome::already;
      return claim;
    }
    if (claim.outcome == ClaimOutcome::queue_full) return claim;
  }
  throw Error(ExitStatus::try_later, "the runs of " + request.workspace + " change too often",
              "try again");
}

/// The priority of a request: behind the logins for a visitor with many runs ahead, or if all
/// visitors together have very many. The counted rows and the gaps between them stay locked until
/// the transaction ends: of two concurrent transactions, the server refuses one as a deadlock.
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

/// @returns the number of rows: 0 if the queue is full. @throws db::Error, a duplicate if a run is
/// active
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
                    " requested_by, reason, host, sweep, server, address, pinned, via, queued_at,"
                    " due_at)"
                    " SELECT ?, ?, 'queued', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3), ?"
                    " FROM DUAL WHERE {}",
                    m_run, limit),
        {request.workspace, request.target, request.origin == Origin::direct ? "direct" : "queue",
         priority_of(request), fitting(request.requested_by), fitting(request.reason), request.host,
         request.sweep, request.server, request.address, request.pinned ? 1 : 0, request.via,
         to_sql(request.due_at)});
  };
  // Of two transactions that count the queue concurrently, the server refuses one as a deadlock.
  if (request.address) {
    db::transact(m_connection, work);
  } else {
    db::repeat(work);
  }
  return inserted;
}

/// The queue has at most as many runs as were created since the oldest queued one. Near the limit,
/// the claim itself counts under locks, so that concurrent callers see each other; there are at
/// most as many callers as connections.
bool RunStore::has_room(int max_queue) {
  constexpr std::int64_t k_callers = 2000;
  if (max_queue <= k_callers) return false;
  const auto rows = m_connection.query(
      fmt::format("SELECT (SELECT MAX(id) FROM {0}) AS newest, (SELECT MIN(first) FROM"
                  " (SELECT MIN(id) AS first FROM {0} WHERE state = 'queued'"
                  " GROUP BY target) each_target) AS oldest",
                  m_run));
  const auto newest = rows.at(0).maybe_integer("newest");
  const auto oldest = rows.at(0).maybe_integer("oldest");
  return !newest || !oldest || *newest - *oldest + 1 + k_callers < max_queue;
}

void RunStore::hurry(std::int64_t id, const ClaimRequest& request) {
  db::transact(m_connection, [&] {
    const int priority = priority_of(request);
    // In this order: later assignments see earlier ones.
    m_connection.execute(
        fmt::format("UPDATE {} SET address = CASE WHEN priority > ? THEN ? ELSE address END,"
                    " priority = LEAST(priority, ?), due_at = LEAST(due_at, ?),"
                    " sweep = NULL, put_back_at = NULL"
                    " WHERE state = 'queued' AND id = ?",
                    m_run),
        {priority, request.address, priority, to_sql(request.due_at), id});
  });
}

std::uint64_t RunStore::set_job(const std::vector<std::int64_t>& ids, const std::string& via,
                                const std::string& job, WallTime due_at,
                                std::optional<WallTime> was_due) {
  if (ids.empty()) return 0;
  return update_alone(
      fmt::format(
          "UPDATE {} SET via = ?, job = ?, due_at = ? WHERE state = 'queued' AND id IN ({}){}",
          m_run, fmt::join(ids, ", "), and_due(was_due)),
      {via, utf8_prefix(job, 64), to_sql(due_at)});
}

void RunStore::replace_job(std::int64_t id, const std::string& via, const std::string& job) {
  update_alone(
      fmt::format("UPDATE {} SET via = ?, job = ? WHERE state = 'queued' AND id = ?", m_run),
      {via, utf8_prefix(job, 64), id});
}

bool RunStore::put_off(std::int64_t id, int priority, WallTime due_at) {
  return update_alone(fmt::format("UPDATE {} SET due_at = ?, via = NULL, job = NULL"
                                  " WHERE state = 'queued' AND id = ? AND priority = ?",
                                  m_run),
                      {to_sql(due_at), id, priority}) == 1;
}

bool RunStore::end_queued(std::int64_t id, RunState state, const std::string& detail,
                          std::optional<WallTime> was_due) {
  return update_alone(
             fmt::format(
                 "UPDATE {} SET state = ?, active = NULL, ended_at = UTC_TIMESTAMP(3), detail = ?"
                 " WHERE id = ? AND state = 'queued'{}",
                 m_run, and_due(was_due)),
             {word(state), utf8_prefix(detail, k_detail_bytes), id}) == 1;
}

std::uint64_t RunStore::follow_target(const std::string& from, const std::string& to) {
  return update_alone(
      fmt::format("UPDATE {} SET target = ? WHERE target = ? AND state = 'queued' AND pinned = 0",
                  m_run),
      {to, from});
}

bool RunStore::retarget(std::int64_t id, const std::string& target) {
  return update_alone(fmt::format("UPDATE {} SET target = ?, pinned = 0 WHERE state = 'queued'"
                                  " AND id = ?",
                                  m_run),
                      {target, id}) == 1;
}

void RunStore::note_server(std::int64_t id, const std::string& server) {
  update_alone(fmt::format("UPDATE {} SET server = ? WHERE id = ? AND state = 'queued'", m_run),
               {server, id});
}

bool RunStore::move(const Lease& lease, const std::string& server) {
  return m_connection.execute(
             fmt::format("UPDATE {} SET server = ? WHERE id = ? AND state = 'running' AND slot = ?"
                         " AND epoch = ?",
                         m_run),
             {server, lease.run, lease.slot, lease.epoch}) == 1;
}

void RunStore::leave_count(const std::string& sweep) {
  m_connection.execute(
      fmt::format("UPDATE {} SET sweep_part = NULL WHERE sweep = ? AND state = 'running'", m_run),
      {sweep});
}

void RunStore::adopt(const std::vector<std::int64_t>& ids, const ClaimRequest& request,
                     WallTime due_at) {
  if (ids.empty()) return;
  m_connection.execute(
      fmt::format("UPDATE {} SET due_at = ?, target = ?, pinned = ?, priority = ?,"
                  " requested_by = ?, reason = ?, via = NULL, job = NULL, put_back_at = NULL"
                  " WHERE state = 'queued' AND sweep = ? AND id IN ({})",
                  m_run, fmt::join(ids, ", ")),
      {to_sql(due_at), request.target, request.pinned ? 1 : 0, request.priority,
       fitting(request.requested_by), fitting(request.reason), request.sweep});
}

// --- from its start to its end

bool RunStore::start(const Run& run, const StartTerms& terms, bool from_queue,
                     std::optional<SweepPart> part) {
  const std::string still = m_connection.bound(" AND sweep <=> ?", {run.sweep});
  const std::string there = m_connection.bound(" AND server <=> ?", {run.server});
  return m_connection.execute(
             fmt::format("UPDATE {} SET state = 'running', started_at = UTC_TIMESTAMP(3), host = "
                         "?, pid = ?, slot = ?, epoch = ?, log = ?, sweep_part = ?, detail = NULL"
                         " WHERE id = ? AND state = 'queued'{}{}",
                         m_run, there,
                         from_queue ? still + m_barriers.not_paused() + m_barriers.not_held() : ""),
             {terms.host, terms.pid, terms.slot, terms.epoch, terms.log,
              part ? std::optional<std::int64_t>(static_cast<int>(*part)) : std::nullopt,
              run.id}) == 1;
}

bool RunStore::finish(const Lease& lease, const Ending& ending) {
  const std::optional<std::string> steps =
      ending.steps.empty() ? std::nullopt : std::optional(ending.steps);
  return m_connection.execute(
             fmt::format(
                 "UPDATE {} SET state = ?, active = NULL, ended_at = UTC_TIMESTAMP(3),"
                 " exit_status = ?, log_lines = GREATEST(log_lines, ?), step = NULL, steps = ?,"
                 " detail = ?, percent = GREATEST(percent, ?), ends_at = NULL,"
                 " size_bytes = COALESCE(?, size_bytes)"
                 " WHERE id = ? AND state = 'running' AND slot = ? AND epoch = ?",
                 m_run),
             {word(ending.state), ending.exit_status, ending.lines, steps,
              utf8_prefix(ending.detail, k_detail_bytes), ending.recorded_percent(), ending.bytes,
              lease.run, lease.slot, lease.epoch}) == 1;
}

bool RunStore::requeue(const Lease& lease, const std::string& why) {
  const std::string put_back =
      why.empty() ? ""
                  : m_connection.bound(", detail = ?, put_back_at = UTC_TIMESTAMP(3)",
                                       {utf8_prefix(why, k_detail_bytes)});
  return m_connection.execute(
             fmt::format("UPDATE {} SET state = 'queued', started_at = NULL, slot = NULL,"
                         " epoch = NULL, log = NULL, sweep_part = NULL, ends_at = NULL{}"
                         " WHERE id = {} AND state = 'running'"
                         " AND slot = {} AND epoch = {}",
                         m_run, put_back, lease.run, lease.slot, lease.epoch)) == 1;
}

void RunStore::progress(const Lease& lease, const RunProgress& progress) {
  m_connection.execute(
      fmt::format(
          "UPDATE {} SET log_lines = GREATEST(log_lines, ?), percent = GREATEST(percent, ?),"
          " step = ?, size_bytes = COALESCE(?, size_bytes),"
          " ends_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND"
          " WHERE id = ? AND state = 'running' AND slot = ? AND epoch = ?",
          m_run),
      {progress.lines, progress.percent, utf8_prefix(progress.step, 250), progress.bytes,
       progress.left ? std::optional<std::int64_t>(progress.left->count() * 1000) : std::nullopt,
       lease.run, lease.slot, lease.epoch});
}

std::optional<Run> RunStore::record_accepted(const Acceptance& acceptance) {
  struct Refused {};
  std::int64_t id = 0;
  try {
    db::transact(m_connection, [&] {
      // Active until the end of this transaction, so that the unique key prevents another run.
      m_connection.execute(
          fmt::format(
              "INSERT INTO {} (workspace, target, state, active, origin, priority, requested_by,"
              " reason, queued_at, due_at, ended_at, percent, detail) VALUES (?, ?, 'succeeded', 1,"
              " 'direct', ?, ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 100, ?)",
              m_run),
          {acceptance.workspace, acceptance.target, k_default_priority, fitting(acceptance.who),
           fitting(acceptance.why), acceptance.detail});
      id = static_cast<std::int64_t>(m_connection.last_insert_id());
      const auto failed = m_reader.first(
          "workspace = ? AND target = ? AND id > ? AND state IN ('failed', 'lost', 'interrupted')",
          {acceptance.workspace, acceptance.target, acceptance.seen});
      if (failed) throw Refused{};
      m_connection.execute(fmt::format("UPDATE {} SET active = NULL WHERE id = ?", m_run), {id});
    });
  } catch (const Refused&) {
    return std::nullopt;
  } catch (const db::Error& error) {
    if (!error.duplicate()) throw;
    return std::nullopt;
  }
  return find(id);
}

std::optional<std::pair<std::string, SweepPart>> RunStore::counted_by(std::int64_t id) {
  const auto rows = m_connection.query(
      fmt::format("SELECT sweep, sweep_part FROM {} WHERE id = ? AND sweep IS NOT NULL"
                  " AND sweep_part IS NOT NULL",
                  m_run),
      {id});
  if (rows.empty()) return std::nullopt;
  return std::pair(rows[0].text("sweep"), static_cast<SweepPart>(rows[0].integer("sweep_part")));
}

std::string RunStore::installation() {
  return m_connection.query(fmt::format("SELECT id FROM {}", m_installation)).at(0).text(0);
}

WallTime RunStore::server_now() {
  return from_sql(m_connection.query("SELECT UTC_TIMESTAMP(3)").at(0).text(0));
}

}  // namespace upkeep::upgrade
