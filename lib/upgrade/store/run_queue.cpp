// SPDX-License-Identifier: MIT
#include "upgrade/store/run_queue.hpp"

#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

RunQueue::RunQueue(db::Connection& connection, const std::string& schema)
    : m_connection(connection),
      m_run(db::quoted_identifier(schema) + ".run"),
      m_sweep(db::quoted_identifier(schema) + ".sweep"),
      m_reader(connection, m_run),
      m_barriers(schema) {}

/// The first run without a sweep and the first of each open sweep, for each priority with a due
/// run, all by index: reads neither the runs of stopped sweeps nor those that are due later.
std::optional<Run> RunQueue::next_due(const DueFilter& filter) {
  const auto priorities_of = [this](const char* sweep) {
    return fmt::format(
        "(SELECT sweep, priority, MIN(due_at) AS first_due FROM {} FORCE INDEX (by_sweep)"
        " WHERE sweep {} AND state = 'queued' GROUP BY sweep, state, priority)",
        m_run, sweep);
  };
  const auto first_of = [this, &filter](const char* sweep) {
    return fmt::format(
        "(SELECT id FROM {} FORCE INDEX (by_sweep) WHERE sweep {} AND state = 'queued'"
        " AND priority = p.priority AND origin = 'queue' AND due_at <= UTC_TIMESTAMP(3){}"
        " ORDER BY due_at, id LIMIT 1)",
        m_run, sweep, m_barriers.not_paused() + m_barriers.not_held() + and_allowed(filter));
  };
  return m_reader.first(
      fmt::format("id IN (SELECT id FROM (SELECT {} AS id FROM {} p"
                  " WHERE p.first_due <= UTC_TIMESTAMP(3)"
                  " UNION ALL SELECT {} FROM {} s JOIN {} p ON p.sweep = s.name"
                  " WHERE p.first_due <= UTC_TIMESTAMP(3) AND {}) n)"
                  " ORDER BY priority, due_at, id",
                  first_of("IS NULL"), priorities_of("IS NULL"), first_of("= s.name"), m_sweep,
                  priorities_of("IS NOT NULL"), sweep_is_open()));
}

std::vector<Run> RunQueue::of_sweep(const std::string& sweep) {
  return m_reader.all("sweep = ? AND state = 'queued' ORDER BY priority, due_at, id", {sweep});
}

std::vector<Run> RunQueue::active() {
  // Not by `active`, which is not the first column of an index: that would read the whole history.
  return m_reader.all(
      "state IN ('queued', 'running') ORDER BY state = 'queued', CASE WHEN state = 'running' THEN "
      "0 ELSE priority END,"
      " due_at, id");
}

bool RunQueue::any_running() {
  return !m_connection.query(fmt::format("SELECT 1 FROM {} WHERE state = 'running' LIMIT 1", m_run))
              .empty();
}

std::vector<Run> RunQueue::direct_claims(const std::string& host) {
  return m_reader.all(
      // The priority, which all of them have, avoids reading a long queue behind the logins.
      "state = 'queued' AND priority = ? AND origin = 'direct' AND host = ?"
      " AND queued_at < UTC_TIMESTAMP(3) - INTERVAL 30 SECOND",
      {k_default_priority, host});
}

std::vector<Run> RunQueue::elsewhere(const std::vector<std::string>& servers) {
  return m_reader.all(
      "state = 'queued' AND (server IS NULL OR server NOT IN (" + marks_for(servers.size()) + "))",
      {servers.begin(), servers.end()});
}

std::vector<std::string> RunQueue::targets() {
  std::vector<std::string> found;
  for (const db::Row& row : m_connection.query(fmt::format(
           "SELECT target, MIN(id) FROM {} WHERE state = 'queued' GROUP BY target", m_run))) {
    found.push_back(row.text("target"));
  }
  return found;
}

std::vector<Run> RunQueue::due_pinned(const std::string& target) {
  return m_reader.all(
      "target = ? AND state = 'queued' AND pinned = 1 AND origin = 'queue'"
      " AND due_at <= UTC_TIMESTAMP(3) ORDER BY priority, due_at, id",
      {target});
}

std::optional<Run> RunQueue::overdue_with_job(std::chrono::seconds late) {
  return m_reader.first(
      fmt::format("state = 'queued' AND origin = 'queue' AND via IS NOT NULL"
                  " AND due_at <= UTC_TIMESTAMP(3) - INTERVAL {} SECOND{}"
                  " ORDER BY priority, due_at, id",
                  late.count(), m_barriers.all()));
}

/// Reads the queue, which may be long, only if there is something to find.
std::optional<Run> RunQueue::left_behind(const DueFilter& filter, bool has_put_back,
                                         const std::set<std::string>& others) {
  std::vector<db::Param> params;
  std::string which = "FALSE";
  if (filter.began && has_put_back) {
    which += " OR put_back_at >= ? AND via IS NOT NULL";
    params.emplace_back(to_sql(*filter.began));
  }
  for (const std::string& target : targets()) {
    if (filter.target.empty() || target == filter.target || others.contains(target)) continue;
    which += " OR target = ? AND pinned = 0";
    params.emplace_back(target);
  }
  if (params.empty()) return std::nullopt;
  return m_reader.first("state = 'queued' AND origin = 'queue' AND due_at <= UTC_TIMESTAMP(3)" +
                            m_barriers.all() + " AND (" + which + ") ORDER BY priority, due_at, id",
                        params);
}

std::string RunQueue::and_allowed(const DueFilter& filter) const {
  std::string sql;
  if (!filter.full.empty()) {
    sql += m_connection.bound(
        " AND (server IS NULL OR server NOT IN (" + marks_for(filter.full.size()) + "))",
        {filter.full.begin(), filter.full.end()});
  }
  if (filter.began) {
    sql += m_connection.bound(
        fmt::format(" AND (put_back_at IS NULL OR put_back_at < GREATEST(?, UTC_TIMESTAMP(3) -"
                    " INTERVAL {} SECOND))",
                    k_left_alone.count()),
        {to_sql(*filter.began)});
  }
  if (filter.target.empty()) return sql;
  std::vector<db::Param> params{filter.target, filter.target};
  std::string marks = "?";
  for (const std::string& version : filter.versions) {
    marks += ", ?";
    params.emplace_back(version);
  }
  return sql + m_connection.bound(
                   " AND (target = ? OR pinned = 1) AND (pinned = 0 OR target IN (" + marks + "))",
                   params);
}

}  // namespace upkeep::upgrade
