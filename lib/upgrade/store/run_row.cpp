// SPDX-License-Identifier: MIT
#include "upgrade/store/run_row.hpp"

#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

#include <utility>

namespace upkeep::upgrade {

const char* const k_run_columns =
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

std::vector<Run> RunReader::all(const std::string& rest, const std::vector<db::Param>& params) {
  const auto rows = m_connection.query(
      fmt::format("SELECT {} FROM {} WHERE {}", k_run_columns, m_table, rest), params);
  std::vector<Run> runs;
  runs.reserve(rows.size());
  for (const db::Row& row : rows) runs.push_back(run_from(row));
  return runs;
}

std::optional<Run> RunReader::first(const std::string& rest, const std::vector<db::Param>& params) {
  auto runs = all(rest + " LIMIT 1", params);
  if (runs.empty()) return std::nullopt;
  return std::move(runs.front());
}

}  // namespace upkeep::upgrade
