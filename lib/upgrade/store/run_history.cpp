// SPDX-License-Identifier: MIT
#include "upgrade/store/run_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::upgrade {

namespace {

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

std::map<std::string, RunFacts> RunHistory::facts(const Names& names, const std::string& target) {
  // Most runs are successes, which do not matter here: read only active runs, and failures since.
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
           k_run_columns, m_run, active, failed))) {
    Run run = run_from(row);
    RunFacts& facts = found[run.workspace];
    facts.add(std::move(run));
  }
  return found;
}

std::map<std::string, Run> RunHistory::newest(const Names& names) {
  std::vector<db::Param> params;
  const std::string filter = name_filter(names, params);
  std::map<std::string, Run> found;
  for (Run& run : m_reader.all(fmt::format("id IN (SELECT MAX(id) FROM {} WHERE {} AND state NOT IN"
                                           " ('skipped', 'cancelled') GROUP BY workspace)",
                                           m_run, filter),
                               params)) {
    found[run.workspace] = std::move(run);
  }
  return found;
}

std::vector<HistoryEntry> RunHistory::successes(const std::string& target) {
  std::vector<HistoryEntry> entries;
  const auto rows = m_connection.query(
      fmt::format("SELECT TIMESTAMPDIFF(MICROSECOND, started_at, ended_at) AS us, COALESCE(steps, "
                  "'') AS steps, workspace, size_bytes FROM {}"
                  " WHERE target = ? AND state = 'succeeded' AND started_at IS NOT NULL"
                  " ORDER BY id DESC LIMIT {}",
                  m_run, k_forecast_runs),
      {target});
  for (const db::Row& row : rows) {
    const auto us = std::max<std::int64_t>(0, row.maybe_integer("us").value_or(0));
    entries.push_back({.seconds = static_cast<double>(us) / 1e6,
                       .steps = row.text("steps"),
                       .workspace = row.text("workspace"),
                       .bytes = row.maybe_integer("size_bytes")});
  }
  return entries;
}

}  // namespace upkeep::upgrade
