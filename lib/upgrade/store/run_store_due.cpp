// SPDX-License-Identifier: MIT
// Which of the due runs a drain takes, and what runs without a target of their own mean.
#include "upgrade/store/run_store.hpp"

#include "base/text.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

/// No more runs are queued than have been made since the oldest queued one. Near the limit the
/// claim itself counts, under locks: callers at one instant, of which there are at most as many as
/// a server has connections, then see each other.
bool RunStore::has_room(int max_queue) {
  constexpr std::int64_t k_callers = 2000;
  if (max_queue <= k_callers) return false;
  const auto rows =
      m_connection.query(fmt::format("SELECT (SELECT MAX(id) FROM {0}), (SELECT MIN(oldest) FROM "
                                     "(SELECT MIN(id) AS oldest FROM {0}"
                                     " WHERE state = 'queued' GROUP BY target) each_target)",
                                     m_run));
  const auto newest = rows.at(0).maybe_integer(0), oldest = rows.at(0).maybe_integer(1);
  return !newest || !oldest || *newest - *oldest + 1 + k_callers < max_queue;
}

/// No run of a sweep whose rules start nothing now.
std::string RunStore::and_sweep_open() const {
  return fmt::format(
      " AND (sweep IS NULL OR EXISTS (SELECT 1 FROM {} s WHERE s.name = {}.sweep AND"
      " {}))",
      m_sweep, m_run, sweep_is_open());
}

std::string RunStore::and_allowed(const DueFilter& filter) const {
  std::string sql;
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

std::vector<std::string> RunStore::queued_targets() {
  std::vector<std::string> found;
  for (const db::Row& row : m_connection.query(fmt::format(
           "SELECT target, MIN(id) FROM {} WHERE state = 'queued' GROUP BY target", m_run))) {
    found.push_back(row.text(0));
  }
  return found;
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

std::vector<Run> RunStore::due_pinned(const std::string& target) {
  return select(
      "target = ? AND state = 'queued' AND pinned = 1 AND origin = 'queue'"
      " AND due_at <= UTC_TIMESTAMP(3) ORDER BY priority, due_at, id",
      {target});
}

std::optional<Run> RunStore::overdue_with_job(int seconds) {
  auto runs = select(fmt::format("state = 'queued' AND origin = 'queue' AND via IS NOT NULL"
                                 " AND due_at <= UTC_TIMESTAMP(3) - INTERVAL {} SECOND{}"
                                 " ORDER BY priority, due_at, id LIMIT 1",
                                 seconds, and_not_paused() + and_not_held() + and_sweep_open()),
                     {});
  if (runs.empty()) return std::nullopt;
  return std::move(runs.front());
}

void RunStore::replace_job(std::int64_t id, const std::string& via, const std::string& job) {
  update_alone(
      fmt::format("UPDATE {} SET via = ?, job = ? WHERE state = 'queued' AND id = ?", m_run),
      {via, utf8_prefix(job, 64), id});
}

/// Reads the queue only where there is something of the kind: it may be long.
std::optional<Run> RunStore::left_behind(const DueFilter& filter, bool has_put_back,
                                         const std::set<std::string>& others) {
  std::vector<db::Param> params;
  std::string which = "FALSE";
  if (filter.began && has_put_back) {
    which += " OR put_back_at >= ? AND via IS NOT NULL";
    params.emplace_back(to_sql(*filter.began));
  }
  const std::vector<std::string> targets = queued_targets();
  for (const std::string& target : targets) {
    if (filter.target.empty() || target == filter.target || others.contains(target)) continue;
    which += " OR target = ? AND pinned = 0";
    params.emplace_back(target);
  }
  if (params.empty()) return std::nullopt;
  auto runs = select("state = 'queued' AND origin = 'queue' AND due_at <= UTC_TIMESTAMP(3)" +
                         and_not_paused() + and_not_held() + and_sweep_open() + " AND (" + which +
                         ") ORDER BY priority, due_at, id LIMIT 1",
                     params);
  if (runs.empty()) return std::nullopt;
  return std::move(runs.front());
}

}  // namespace upkeep::upgrade
