// SPDX-License-Identifier: MIT
// The runs of sweeps, and what the rules of sweeps leave for a drain.
#include "upgrade/store/run_store.hpp"

#include "upgrade/store/sweep_store.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

/// The first of the runs without a sweep and of those of each sweep that goes on, of each priority
/// of which one is due, all by the key: neither what a stopped sweep holds in the queue is read nor
/// what is due later.
std::optional<Run> RunStore::next_due(const DueFilter& filter) {
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
        m_run, sweep, and_not_paused() + and_not_held() + and_allowed(filter));
  };
  auto runs =
      select(fmt::format("id IN (SELECT id FROM (SELECT {} AS id FROM {} p"
                         " WHERE p.first_due <= UTC_TIMESTAMP(3)"
                         " UNION ALL SELECT {} FROM {} s JOIN {} p ON p.sweep = s.name"
                         " WHERE p.first_due <= UTC_TIMESTAMP(3) AND {}) n)"
                         " ORDER BY priority, due_at, id LIMIT 1",
                         first_of("IS NULL"), priorities_of("IS NULL"), first_of("= s.name"),
                         m_sweep, priorities_of("IS NOT NULL"), sweep_is_open()),
             {});
  if (runs.empty()) return std::nullopt;
  return std::move(runs.front());
}

std::vector<Run> RunStore::queued_of(const std::string& sweep) {
  return select("sweep = ? AND state = 'queued' ORDER BY priority, due_at, id", {sweep});
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

std::optional<std::pair<std::string, SweepPart>> RunStore::counted_by(std::int64_t id) {
  const auto rows = m_connection.query(
      fmt::format("SELECT sweep, sweep_part FROM {} WHERE id = ? AND sweep IS NOT NULL"
                  " AND sweep_part IS NOT NULL",
                  m_run),
      {id});
  if (rows.empty()) return std::nullopt;
  return std::pair(rows[0].text(0), static_cast<SweepPart>(rows[0].integer(1)));
}

}  // namespace upkeep::upgrade
