// SPDX-License-Identifier: MIT
#include "upgrade/store/sweep_store.hpp"

#include "db/transaction.hpp"
#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

namespace {

constexpr const char* k_columns =
    "name, canary, max_failures, until_at, due_at, started, failures, canary_done,"
    " canary_failures, stopped_at, COALESCE(stopped_by, '') AS stopped_by,"
    " COALESCE(stop_detail, '') AS stop_detail";

Sweep sweep_from(const db::Row& row) {
  Sweep sweep;
  sweep.name = row.text("name");
  sweep.rules.canary = static_cast<int>(row.integer("canary"));
  sweep.rules.max_failures = static_cast<int>(row.integer("max_failures"));
  sweep.rules.until = from_sql(row.maybe_text("until_at"));
  sweep.due_at = from_sql(row.text("due_at"));
  sweep.started = static_cast<int>(row.integer("started"));
  sweep.failures = static_cast<int>(row.integer("failures"));
  sweep.canary_done = static_cast<int>(row.integer("canary_done"));
  sweep.canary_failures = static_cast<int>(row.integer("canary_failures"));
  sweep.stopped_at = from_sql(row.maybe_text("stopped_at"));
  sweep.stopped_by = row.text("stopped_by");
  sweep.stop_detail = row.text("stop_detail");
  return sweep;
}

}  // namespace

SweepStore::SweepStore(db::Connection& connection, const std::string& schema)
    : m_connection(connection),
      m_sweep(db::quoted_identifier(schema) + ".sweep"),
      m_stop(db::quoted_identifier(schema) + ".stop"),
      m_run(db::quoted_identifier(schema) + ".run"),
      m_pause(db::quoted_identifier(schema) + ".pause") {}

std::optional<Sweep> SweepStore::find(const std::string& name) {
  const auto rows = m_connection.query(
      fmt::format("SELECT {} FROM {} WHERE name = ?", k_columns, m_sweep), {name});
  if (rows.empty()) return std::nullopt;
  return sweep_from(rows[0]);
}

std::vector<std::string> SweepStore::stopped() {
  std::vector<std::string> names;
  for (const db::Row& row : m_connection.query(fmt::format(
           "SELECT name FROM {} WHERE stopped_at IS NOT NULL OR until_at <= UTC_TIMESTAMP(3)",
           m_sweep))) {
    names.push_back(row.text("name"));
  }
  return names;
}

void SweepStore::begin(const std::string& name, const SweepRules& rules, WallTime due_at,
                       const std::string& who) {
  m_connection.execute(
      fmt::format("INSERT INTO {} (name, due_at, queued_at) VALUES (?, ?, UTC_TIMESTAMP(3))"
                  " ON DUPLICATE KEY UPDATE due_at = VALUES(due_at), queued_at = UTC_TIMESTAMP(3),"
                  " started = 0, failures = 0, canary_done = 0, canary_failures = 0,"
                  " stopped_at = NULL, stopped_by = NULL, stop_detail = NULL",
                  m_sweep),
      {name, to_sql(due_at)});
  m_connection.execute(
      fmt::format("UPDATE {} SET canary = ?, max_failures = ?, until_at = ?, queued_by = ?"
                  " WHERE name = ?",
                  m_sweep),
      {rules.canary, rules.max_failures, to_sql(rules.until), fitting(who), name});
}

bool SweepStore::resume(const std::string& name, WallTime now) {
  auto locked = lock(name);
  if (!locked || !locked->sweep.resume(now)) return false;
  save(locked->sweep);
  m_connection.execute(
      fmt::format("UPDATE {} SET stopped_at = NULL, stopped_by = NULL, stop_detail = NULL,"
                  " until_at = ? WHERE name = ?",
                  m_sweep),
      {to_sql(locked->sweep.rules.until), name});
  return true;
}

/// Locks the row until the transaction ends.
std::optional<SweepStore::Locked> SweepStore::lock(const std::string& name) {
  const auto rows =
      m_connection.query(fmt::format("SELECT {}, UTC_TIMESTAMP(3) AS now FROM {} WHERE name = ?"
                                     " FOR UPDATE",
                                     k_columns, m_sweep),
                         {name});
  if (rows.empty()) return std::nullopt;
  return Locked{sweep_from(rows[0]), from_sql(rows[0].text("now"))};
}

/// Writes the row, so that of two concurrent counts on nodes of a cluster only one is certified.
void SweepStore::save(const Sweep& sweep) {
  m_connection.execute(
      fmt::format("UPDATE {} SET started = ?, failures = ?, canary_done = ?, canary_failures = ?"
                  " WHERE name = ?",
                  m_sweep),
      {sweep.started, sweep.failures, sweep.canary_done, sweep.canary_failures, sweep.name});
}

std::optional<SweepPart> SweepStore::start(const std::string& name) {
  auto locked = lock(name);
  if (!locked) return std::nullopt;
  const auto part = locked->sweep.start(locked->now);
  if (part) save(locked->sweep);
  return part;
}

void SweepStore::end(const std::string& name, SweepPart part, RunState ending) {
  auto locked = lock(name);
  if (!locked) return;
  Sweep& sweep = locked->sweep;
  sweep.end(part, ending);
  save(sweep);
  if (sweep.stopped_at) return;
  if (const auto rule = sweep.broken_rule()) stop(sweep, *rule);
}

void SweepStore::give_back(const std::string& name) {
  auto locked = lock(name);
  if (!locked) return;
  locked->sweep.give_back();
  save(locked->sweep);
}

std::int64_t SweepStore::left(const std::string& name) {
  return m_connection
      .query(fmt::format("SELECT COUNT(*) FROM {} WHERE sweep = ? AND state = 'queued'", m_run),
             {name})
      .at(0)
      .integer(0);
}

void SweepStore::stop(const Sweep& sweep, StopRule rule) {
  const std::string detail = fitting(sweep.detail_of(rule));
  const auto stopped = m_connection.execute(
      fmt::format("UPDATE {} SET stopped_at = UTC_TIMESTAMP(3), stopped_by = ?, stop_detail = ?"
                  " WHERE name = ? AND stopped_at IS NULL",
                  m_sweep),
      {std::string(word(rule)), detail, sweep.name});
  if (stopped != 1) return;
  // With exactly the time in the sweep's row, by which stops() recognizes the stop in effect.
  m_connection.execute(
      fmt::format("INSERT INTO {} (at, sweep, rule, not_started, detail)"
                  " SELECT stopped_at, name, stopped_by, ?, stop_detail FROM {} WHERE name = ?",
                  m_stop, m_sweep),
      {left(sweep.name), sweep.name});
}

void SweepStore::stop_late() {
  const auto rows = m_connection.query(
      fmt::format("SELECT {} FROM {} s WHERE stopped_at IS NULL AND until_at <= UTC_TIMESTAMP(3)"
                  " AND EXISTS (SELECT 1 FROM {} r WHERE r.sweep = s.name AND r.state = 'queued')",
                  k_columns, m_sweep, m_run));
  for (const db::Row& row : rows) {
    const Sweep sweep = sweep_from(row);
    db::transact(m_connection, [&] { stop(sweep, StopRule::until); });
  }
}

std::vector<std::int64_t> SweepStore::awaited_canaries() {
  std::vector<std::int64_t> runs;
  for (const db::Row& row : m_connection.query(fmt::format(
           "SELECT c.id AS run FROM {0} s JOIN {1} c ON c.sweep = s.name AND c.state = 'running'"
           " AND c.sweep_part = 1 WHERE s.stopped_at IS NULL AND s.canary_done < s.canary"
           " AND s.started >= s.canary AND (s.until_at IS NULL OR s.until_at > UTC_TIMESTAMP(3))"
           " AND EXISTS (SELECT 1 FROM {1} r WHERE r.sweep = s.name AND r.state = 'queued'"
           " AND r.due_at <= UTC_TIMESTAMP(3)) AND NOT EXISTS (SELECT 1 FROM {2} WHERE one = 1)",
           m_sweep, m_run, m_pause))) {
    runs.push_back(row.integer("run"));
  }
  return runs;
}

void SweepStore::record(const Stop& stop, const std::string& host) {
  const std::string once =
      stop.rule == word(StopRule::pause)
          ? fmt::format(
                "NOT EXISTS (SELECT 1 FROM {} p JOIN {} q ON q.at >= p.paused_at"
                " AND q.rule = 'pause' WHERE p.one = 1)",
                m_pause, m_stop)
          : "TRUE";
  db::repeat([&] {
    m_connection.execute(fmt::format("INSERT INTO {} (at, host, rule, not_started, detail)"
                                     " SELECT UTC_TIMESTAMP(3), ?, ?, ?, ? FROM DUAL WHERE {}",
                                     m_stop, once),
                         {host, stop.rule, stop.left, fitting(stop.detail)});
  });
}

std::vector<Stop> SweepStore::stops(WallTime from, WallTime to) {
  // The newest stop of a sweep that is still stopped counts the runs that are waiting now,
  // including retries of failed ones.
  const auto rows = m_connection.query(
      fmt::format(
          "SELECT at, sweep, rule, CASE WHEN s.name IS NULL THEN not_started ELSE (SELECT COUNT(*)"
          " FROM {2} r WHERE r.sweep = s.name AND r.state = 'queued') END AS waiting, "
          "COALESCE(detail, '') AS detail"
          " FROM {0} t LEFT JOIN {1} s ON s.name = t.sweep AND s.stopped_at = t.at"
          " WHERE at >= ? AND at < ? UNION ALL"
          " SELECT until_at, name, 'until', (SELECT COUNT(*) FROM {2} r WHERE r.sweep = l.name AND"
          " r.state = 'queued') AS waiting, CONCAT('it is past ', DATE_FORMAT(until_at,"
          " '%Y-%m-%dT%H:%i:%sZ'), ' (--until)') FROM {1} l WHERE stopped_at IS NULL"
          " AND until_at <= UTC_TIMESTAMP(3) AND until_at >= ? AND until_at < ?"
          " HAVING waiting > 0 ORDER BY 1, 2",
          m_stop, m_sweep, m_run),
      {to_sql(from), to_sql(to), to_sql(from), to_sql(to)});
  std::vector<Stop> stops;
  stops.reserve(rows.size());
  for (const db::Row& row : rows) {
    Stop stop;
    stop.at = from_sql(row.text("at"));
    stop.sweep = row.maybe_text("sweep");
    stop.rule = row.text("rule");
    stop.left = row.integer("waiting");
    stop.detail = row.text("detail");
    stops.push_back(std::move(stop));
  }
  return stops;
}

}  // namespace upkeep::upgrade
