// SPDX-License-Identifier: MIT
#include "upgrade/store/run_store.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "db/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

namespace {

constexpr const char* k_columns =
    "id, workspace, target, state, origin, priority, via, job, requested_by, reason, queued_at, "
    "due_at,"
    " started_at, ended_at, host, slot, epoch, exit_status, log_lines, percent, step, log, detail,"
    " sweep, address, pinned, put_back_at";

Run run_from(const db::Row& row) {
  Run run;
  run.id = row.integer(0);
  run.workspace = row.text(1);
  run.target = row.text(2);
  run.state = run_state_of(row.text(3));
  run.origin = row.text(4) == "direct" ? Origin::direct : Origin::queue;
  run.priority = static_cast<int>(row.integer(5));
  run.via = row.maybe_text(6);
  run.job = row.maybe_text(7);
  run.requested_by = row.maybe_text(8);
  run.reason = row.maybe_text(9);
  run.queued_at = from_sql(row.text(10));
  run.due_at = from_sql(row.text(11));
  run.started_at = from_sql(row.maybe_text(12));
  run.ended_at = from_sql(row.maybe_text(13));
  run.host = row.maybe_text(14);
  run.slot = row.maybe_integer(15);
  run.epoch = row.maybe_integer(16);
  run.exit_status = row.maybe_integer(17);
  run.lines = row.maybe_integer(18).value_or(0);
  run.percent = static_cast<int>(row.maybe_integer(19).value_or(0));
  run.step = row.maybe_text(20);
  run.log = row.maybe_text(21);
  run.detail = row.maybe_text(22);
  run.sweep = row.maybe_text(23);
  run.address = row.maybe_text(24);
  run.pinned = row.maybe_integer(25).value_or(0) != 0;
  run.put_back_at = from_sql(row.maybe_text(26));
  return run;
}

/// `workspace IN (?, ?)`, or true for all.
std::string name_filter(const Names& names, std::vector<db::Param>& params) {
  if (names.empty()) return "TRUE";
  std::string marks;
  for (const std::string& name : names) {
    marks += marks.empty() ? "?" : ", ?";
    params.emplace_back(name);
  }
  return "workspace IN (" + marks + ")";
}

}  // namespace

RunStore::RunStore(db::Connection& connection, const std::string& schema)
    : m_connection(connection),
      m_run(db::quoted_identifier(schema) + ".run"),
      m_installation(db::quoted_identifier(schema) + ".installation"),
      m_pause(db::quoted_identifier(schema) + ".pause"),
      m_hold(db::quoted_identifier(schema) + ".hold"),
      m_sweep(db::quoted_identifier(schema) + ".sweep") {}

std::vector<Run> RunStore::select(const std::string& where_and_order,
                                  const std::vector<db::Param>& params) {
  std::vector<Run> runs;
  const auto rows = m_connection.query(
      fmt::format("SELECT {} FROM {} WHERE {}", k_columns, m_run, where_and_order), params);
  for (const db::Row& row : rows) runs.push_back(run_from(row));
  return runs;
}

std::uint64_t RunStore::update_alone(std::string_view sql, const std::vector<db::Param>& params) {
  std::uint64_t changed = 0;
  db::repeat([&] { changed = m_connection.execute(sql, params); });
  return changed;
}

std::string RunStore::and_due(std::optional<WallTime> time) const {
  return time ? m_connection.bound(" AND due_at = ?", {to_sql(*time)}) : "";
}

std::string RunStore::and_not_paused() const {
  return fmt::format(" AND NOT EXISTS (SELECT 1 FROM {} WHERE one = 1)", m_pause);
}

std::string RunStore::and_not_held() const {
  return fmt::format(" AND NOT EXISTS (SELECT 1 FROM {} h WHERE h.workspace = {}.workspace)",
                     m_hold, m_run);
}

Claim RunStore::claim(const ClaimRequest& request) {
  Claim claim;
  // A run that ends between the refused INSERT and the look at it leaves room for a new one: once
  // more.
  for (int attempt = 0; attempt < 20; ++attempt) {
    try {
      if (insert(request) == 1) {
        // By its id: a drain may have run it to its end by now, and somebody made the next one.
        claim.run = select("id = LAST_INSERT_ID()", {}).at(0);
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
  throw Error(ExitStatus::try_later, "the runs of " + request.workspace + " change too fast",
              "try again");
}

std::optional<Run> RunStore::find(std::int64_t id) {
  auto runs = select("id = ?", {id});
  if (runs.empty()) return std::nullopt;
  return std::move(runs.front());
}

std::optional<Run> RunStore::active_of(const std::string& workspace) {
  auto runs = select("workspace = ? AND active = 1", {workspace});
  if (runs.empty()) return std::nullopt;
  return std::move(runs.front());
}

std::map<std::string, RunFacts> RunStore::facts(const Names& names, const std::string& target) {
  // Successes are the many and say nothing here: only what is active or has failed since is read.
  std::vector<db::Param> params, failed_params;
  const std::string filter = name_filter(names, params);
  failed_params = params;
  failed_params.emplace_back(target);
  const std::string failed = m_connection.bound(
      fmt::format("{} AND target = ? AND state IN ('failed', 'lost', 'interrupted') AND NOT EXISTS"
                  " (SELECT 1 FROM {} s WHERE s.workspace = {}.workspace AND s.target = {}.target"
                  " AND s.state = 'succeeded' AND s.id > {}.id)",
                  filter, m_run, m_run, m_run, m_run),
      failed_params);
  const std::string active = names.empty() ? "state IN ('queued', 'running')"
                                           : m_connection.bound(filter + " AND active = 1", params);
  std::map<std::string, RunFacts> found;
  for (const db::Row& row : m_connection.query(fmt::format(
           "SELECT {0} FROM {1} WHERE {2} UNION ALL SELECT {0} FROM {1} WHERE {3} ORDER BY id DESC",
           k_columns, m_run, active, failed))) {
    Run run = run_from(row);
    RunFacts& facts = found[run.workspace];
    facts.add(std::move(run));
  }
  return found;
}

std::vector<Run> RunStore::direct_claims(const std::string& host) {
  return select(
      // The priority, which all of them have, keeps a long queue behind the logins from being read.
      "state = 'queued' AND priority = ? AND origin = 'direct' AND host = ?"
      " AND queued_at < UTC_TIMESTAMP(3) - INTERVAL 30 SECOND",
      {k_default_priority, host});
}

std::vector<Run> RunStore::queue() {
  // Not by `active`, which begins no key: a history of a million runs would be read for it.
  return select(
      "state IN ('queued', 'running') ORDER BY state = 'queued', CASE WHEN state = 'running' THEN "
      "0 ELSE priority END,"
      " due_at, id",
      {});
}

bool RunStore::any_running() {
  return !m_connection.query(fmt::format("SELECT 1 FROM {} WHERE state = 'running' LIMIT 1", m_run))
              .empty();
}

std::map<std::string, Run> RunStore::newest(const Names& names) {
  std::vector<db::Param> params;
  const std::string filter = name_filter(names, params);
  std::map<std::string, Run> found;
  for (Run& run : select(fmt::format("id IN (SELECT MAX(id) FROM {} WHERE {} AND state NOT IN"
                                     " ('skipped', 'cancelled') GROUP BY workspace)",
                                     m_run, filter),
                         params)) {
    found[run.workspace] = std::move(run);
  }
  return found;
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

bool RunStore::start(const Run& run, const StartTerms& terms, bool from_queue,
                     std::optional<SweepPart> part) {
  const std::string still = m_connection.bound(" AND sweep <=> ?", {run.sweep});
  return m_connection.execute(
             fmt::format("UPDATE {} SET state = 'running', started_at = UTC_TIMESTAMP(3), host = "
                         "?, pid = ?, slot = ?, epoch = ?, log = ?, sweep_part = ?, detail = NULL"
                         " WHERE id = ? AND state = 'queued'{}",
                         m_run, from_queue ? still + and_not_paused() + and_not_held() : ""),
             {terms.host, terms.pid, terms.slot, terms.epoch, terms.log,
              part ? std::optional<std::int64_t>(static_cast<int>(*part)) : std::nullopt,
              run.id}) == 1;
}

bool RunStore::finish(std::int64_t id, std::int64_t epoch, const Ending& ending) {
  const std::optional<std::string> steps =
      ending.steps.empty() ? std::nullopt : std::optional(ending.steps);
  return m_connection.execute(
             fmt::format(
                 "UPDATE {} SET state = ?, active = NULL, ended_at = UTC_TIMESTAMP(3),"
                 " exit_status = ?, log_lines = GREATEST(log_lines, ?), step = NULL, steps = ?,"
                 " detail = ?, percent = GREATEST(percent, ?)"
                 " WHERE id = ? AND state = 'running' AND epoch = ?",
                 m_run),
             {word(ending.state), ending.exit_status, ending.lines, steps,
              utf8_prefix(ending.detail, k_detail_bytes), ending.recorded_percent(), id, epoch}) ==
         1;
}

bool RunStore::requeue(std::int64_t id, std::int64_t epoch, const std::string& why) {
  const std::string put_back =
      why.empty() ? ""
                  : m_connection.bound(", detail = ?, put_back_at = UTC_TIMESTAMP(3)",
                                       {utf8_prefix(why, k_detail_bytes)});
  return m_connection.execute(fmt::format(
             "UPDATE {} SET state = 'queued', started_at = NULL, slot = NULL,"
             " epoch = NULL, log = NULL, sweep_part = NULL{} WHERE id = {} AND state = 'running'"
             " AND epoch = {}",
             m_run, put_back, id, epoch)) == 1;
}

void RunStore::progress(std::int64_t id, std::int64_t epoch, const RunProgress& progress) {
  m_connection.execute(
      fmt::format(
          "UPDATE {} SET log_lines = GREATEST(log_lines, ?), percent = GREATEST(percent, ?),"
          " step = ? WHERE id = ? AND state = 'running' AND epoch = ?",
          m_run),
      {progress.lines, progress.percent, utf8_prefix(progress.step, 250), id, epoch});
}

std::optional<Run> RunStore::record_accepted(const Acceptance& acceptance) {
  struct Refused {};
  std::int64_t id = 0;
  try {
    db::transact(m_connection, [&] {
      // Active for as long as this takes: the unique key lets no run begin beside it.
      m_connection.execute(
          fmt::format(
              "INSERT INTO {} (workspace, target, state, active, origin, priority, requested_by,"
              " reason, queued_at, due_at, ended_at, percent, detail) VALUES (?, ?, 'succeeded', 1,"
              " 'direct', ?, ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 100, ?)",
              m_run),
          {acceptance.workspace, acceptance.target, k_default_priority, fitting(acceptance.who),
           fitting(acceptance.why), acceptance.detail});
      id = static_cast<std::int64_t>(m_connection.last_insert_id());
      if (!select("workspace = ? AND target = ? AND id > ?"
                  " AND state IN ('failed', 'lost', 'interrupted') LIMIT 1",
                  {acceptance.workspace, acceptance.target, acceptance.seen})
               .empty()) {
        throw Refused{};
      }
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

std::vector<HistoryEntry> RunStore::history(const std::string& target) {
  std::vector<HistoryEntry> entries;
  const auto rows = m_connection.query(
      fmt::format(
          "SELECT TIMESTAMPDIFF(MICROSECOND, started_at, ended_at), COALESCE(steps, '') FROM {}"
          " WHERE target = ? AND state = 'succeeded' AND started_at IS NOT NULL"
          " ORDER BY id DESC LIMIT 20",
          m_run),
      {target});
  for (const db::Row& row : rows) {
    const auto us = std::max<std::int64_t>(0, row.maybe_integer(0).value_or(0));
    entries.push_back({static_cast<double>(us) / 1e6, row.text(1)});
  }
  return entries;
}

std::string RunStore::installation() {
  return m_connection.query(fmt::format("SELECT id FROM {}", m_installation)).at(0).text(0);
}

WallTime RunStore::server_now() {
  return from_sql(m_connection.query("SELECT UTC_TIMESTAMP(3)").at(0).text(0));
}

}  // namespace upkeep::upgrade
