// SPDX-License-Identifier: MIT
#include "ws-progress/records.hpp"

#include "base/time.hpp"
#include "upgrade/model/run.hpp"
#include "upgrade/model/state.hpp"

#include <optional>

namespace upkeep::tools {

const std::vector<std::string>& columns_for(Audience audience) {
  static const std::vector<std::string> k_all{
      "workspace", "state", "percent",   "step",       "position", "eta_s", "elapsed_s", "lines",
      "run",       "host",  "queued_at", "started_at", "ended_at", "log",   "detail"};
  static const std::vector<std::string> k_public{"workspace", "state", "percent",
                                                 "position",  "eta_s", "step"};
  return audience == Audience::visitors ? k_public : k_all;
}

Record row_for(Audience audience, const upgrade::ProgressRecord& record) {
  const Value state(upgrade::word(record.state));
  if (audience == Audience::visitors)
    return {record.workspace, state, record.percent, record.position, record.eta, record.step};
  Record row{record.workspace, state, record.percent, record.step, record.position, record.eta};
  if (record.run) {
    const auto time = [](const std::optional<WallTime>& at) {
      return at ? Value(iso8601(*at)) : Value();
    };
    const upgrade::Run& run = *record.run;
    row.insert(row.end(), {record.elapsed, run.lines, run.id, run.host, iso8601(run.queued_at),
                           time(run.started_at), time(run.ended_at), run.log});
  }
  row.resize(columns_for(audience).size() - 1);
  row.emplace_back(null_if_empty(record.detail));
  return row;
}

bool is_active(const upgrade::ProgressRecord& record) {
  return record.state == upgrade::State::queued || record.state == upgrade::State::running;
}

ExitStatus status_of(const Records& records) {
  ExitStatus status = ExitStatus::ok;
  for (const upgrade::ProgressRecord& record : records) {
    const bool bad =
        record.state == upgrade::State::failed || record.state == upgrade::State::unknown;
    const bool done = record.state == upgrade::State::upgraded;
    status = worse(status, bad ? ExitStatus::partial : done ? ExitStatus::ok : ExitStatus::no);
  }
  return status;
}

}  // namespace upkeep::tools
