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
    " sweep, address, pinned, put_back_at, server, size_bytes, ends_at";

Run run_from(const db::Row& row) {
  Run run;
  run.id = row.integer("id");
  run.workspace = row.text("workspace");
  run.target = row.text("target");
  run.state = run_state_of(row.text("state"));
  run.origin = row.text("origin") == "direct" ? Origin::direct : Origin::queue;
  run.priority = static_cast<int>(row.integer("priority"));
  run.via = row.maybe_text("via");
  run.job = row.maybe_text("job");
  run.requested_by = row.maybe_text("requested_by");
  run.reason = row.maybe_text("reason");
  run.queued_at = from_sql(row.text("queued_at"));
  run.due_at = from_sql(row.text("due_at"));
  run.started_at = from_sql(row.maybe_text("started_at"));
  run.ended_at = from_sql(row.maybe_text("ended_at"));
  run.host = row.maybe_text("host");
  run.slot = row.maybe_integer("slot");
  run.epoch = row.maybe_integer("epoch");
  run.exit_status = row.maybe_integer("exit_status");
  run.lines = row.maybe_integer("log_lines").value_or(0);
  run.percent = static_cast<int>(row.maybe_integer("percent").value_or(0));
  run.step = row.maybe_text("step");
  run.log = row.maybe_text("log");
  run.detail = row.maybe_text("detail");
  run.sweep = row.maybe_text("sweep");
  run.address = row.maybe_text("address");
  run.server = row.maybe_text("server");
  run.pinned = row.maybe_integer("pinned").value_or(0) != 0;
  run.put_back_at = from_sql(row.maybe_text("put_back_at"));
  run.bytes = row.maybe_integer("size_bytes");
  run.ends_at = from_sql(row.maybe_text("ends_at"));
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
