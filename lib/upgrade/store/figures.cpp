// SPDX-License-Identifier: MIT
#include "upgrade/store/figures.hpp"

#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

Figures::Figures(db::Connection& connection, const std::string& schema)
    : m_connection(connection), m_schema(db::quoted_identifier(schema) + ".") {}

QueueFigures Figures::queue() {
  QueueFigures figures;
  for (const db::Row& row : m_connection.query(
           fmt::format("SELECT state, COUNT(*) AS runs FROM {}run WHERE state IN ('queued',"
                       " 'running') GROUP BY state",
                       m_schema))) {
    (row.text("state") == "running" ? figures.running : figures.queued) = row.integer("runs");
  }
  const auto rows = m_connection.query(fmt::format(
      "SELECT COUNT(*) AS runs, TIMESTAMPDIFF(SECOND, MIN(due_at), UTC_TIMESTAMP(3)) AS age"
      " FROM {0}run r WHERE state = 'queued' AND origin = 'queue' AND due_at <= UTC_TIMESTAMP(3)"
      " AND NOT EXISTS (SELECT 1 FROM {0}hold h WHERE h.workspace = r.workspace)"
      " AND NOT EXISTS (SELECT 1 FROM {0}sweep s WHERE s.name = r.sweep"
      " AND (s.stopped_at IS NOT NULL OR s.until_at <= UTC_TIMESTAMP(3)))",
      m_schema));
  figures.due = rows.at(0).integer("runs");
  figures.oldest_due = rows.at(0).maybe_seconds("age");
  return figures;
}

std::int64_t Figures::slots_taken() {
  return m_connection
      .query(fmt::format("SELECT COUNT(*) FROM {}slot WHERE run IS NOT NULL", m_schema))
      .at(0)
      .integer(0);
}

bool Figures::is_paused() {
  return !m_connection.query(fmt::format("SELECT 1 FROM {}pause WHERE one = 1", m_schema)).empty();
}

std::map<RunState, EndedRuns> Figures::ended() {
  std::string bounds;  // INTERVAL() counts the bounds that are not above its first argument
  for (const int bound : k_duration_bounds_s)
    bounds += fmt::format(", {}", bound * 1'000'000LL + 1);
  const auto rows = m_connection.query(fmt::format(
      "SELECT state, INTERVAL(TIMESTAMPDIFF(MICROSECOND, started_at, ended_at){1}) AS part,"
      " NULL AS class_s, COUNT(*) AS runs, COALESCE(SUM(GREATEST(0, TIMESTAMPDIFF(MICROSECOND,"
      " started_at, ended_at))), 0) AS us, MAX(ended_at) AS last_end FROM {0}run"
      " WHERE ended_at IS NOT NULL GROUP BY state, part"
      " UNION ALL SELECT state, NULL, class_s, runs, us, NULL FROM {0}pruned_run",
      m_schema, bounds));
  std::map<RunState, EndedRuns> ended;
  for (const db::Row& row : rows) {
    EndedRuns& runs = ended[run_state_of(row.text("state"))];
    int class_s = k_never_started;
    if (const auto stored = row.maybe_integer("class_s")) {
      class_s = static_cast<int>(*stored);
    } else if (const auto part = row.integer("part"); part >= 0) {
      const auto index = static_cast<std::size_t>(part);
      class_s =
          index < k_duration_bounds_s.size() ? k_duration_bounds_s.at(index) : k_longer_than_all;
    }
    runs.add(class_s, row.integer("runs"), std::chrono::microseconds(row.integer("us")));
    const auto last = from_sql(row.maybe_text("last_end"));
    if (last) runs.last_end = runs.last_end ? std::max(*runs.last_end, *last) : *last;
  }
  return ended;
}

std::vector<SweepFigures> Figures::sweeps() {
  const auto rows = m_connection.query(
      fmt::format("SELECT name, CASE WHEN stopped_at IS NOT NULL THEN COALESCE(stopped_by, '')"
                  " WHEN until_at <= UTC_TIMESTAMP(3) THEN 'until' ELSE '' END AS stopped_by,"
                  " stopped_at IS NOT NULL AS is_recorded, (SELECT COUNT(*) FROM {0}run r"
                  " WHERE r.sweep = s.name AND r.state = 'queued') AS waiting"
                  " FROM {0}sweep s ORDER BY name",
                  m_schema));
  std::vector<SweepFigures> sweeps;
  sweeps.reserve(rows.size());
  for (const db::Row& row : rows) {
    SweepFigures sweep;
    sweep.name = row.text("name");
    sweep.left = row.integer("waiting");
    if (row.integer("is_recorded") != 0 || sweep.left > 0) {
      sweep.stopped_by = row.text("stopped_by");
    }
    sweeps.push_back(std::move(sweep));
  }
  return sweeps;
}

}  // namespace upkeep::upgrade
