// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "upgrade/store/pause_store.hpp"
#include "ws-schedule/commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

namespace upkeep::tools {

void SharedOptions::declare(CLI::App& app) {
  app.add_option("WORKSPACE", operands, "Workspaces to queue; - reads names from stdin");
  app.add_option("--via", via, "Pass to: " + join(upgrade::backend_names(), "|"))->type_name("B");
  app.add_option("--reason,--why", reason, "The reason to record; required with --hold")
      ->type_name("TEXT");
  app.add_option("--requested-by", requested_by, "The requester to record (default: you)")
      ->type_name("WHO");
}

void SharedOptions::check() const {
  const auto& known = upgrade::backend_names();
  if (via.empty() || std::find(known.begin(), known.end(), via) != known.end()) return;
  throw UsageError(fmt::format("--via {}: no such scheduler", printable(via)),
                   did_you_mean(via, known, "one of " + join(known, ", ")));
}

std::string SharedOptions::who(Session& session) const {
  return requested_by.empty() ? session.person() : requested_by;
}

config::Via SharedOptions::chosen_via(Session& session) const {
  const auto& words = upgrade::backend_names();
  const auto word = std::find(words.begin(), words.end(), via);
  return word == words.end() ? session.config().schedule.via
                             : static_cast<config::Via>(word - words.begin());
}

std::vector<std::string> NameMode::columns() const {
  return schedule_columns();
}

void NameMode::check(cli::CommonOptions& /*common*/) {
  m_shared.check();
}

ExitStatus NameMode::run(Session& session) {
  cli::NamesTaken taken;
  if (needs_names() || !m_shared.operands.empty()) {
    taken = session.take_names(m_shared.operands, k_name_some);
    if (taken.names.empty()) {
      session.print_all(columns(), {});
      return taken.status;
    }
  }
  warn_of_pause(session);
  return worse(taken.status, work(session, taken.names));
}

const std::vector<std::string>& schedule_columns() {
  static const std::vector<std::string> k_columns{"workspace", "state", "run",
                                                  "job",       "due",   "detail"};
  return k_columns;
}

ExitStatus print(Session& session, const std::vector<upgrade::ScheduleRecord>& records) {
  const auto out = session.printer(schedule_columns());
  ExitStatus status = ExitStatus::ok;
  bool reported = false;
  for (const upgrade::ScheduleRecord& record : records) {
    status = worse(status, record.status);
    out->print({record.workspace, record.state, record.run, record.job,
                record.due ? Value(iso8601(*record.due)) : Value(), null_if_empty(record.detail)});
    if (record.state == "failed" && !reported) session.io.error(record.detail);
    reported = reported || record.state == "failed";
  }
  out->finish();
  return status;
}

void warn_of_pause(Session& session) {
  upgrade::PauseStore pauses(session.control(), session.config().database.schema);
  if (const auto paused = pauses.find()) {
    session.io.warning(paused->text() + "; resume it with 'ws-schedule --resume'");
  }
}

void check_sweep_name(const char* option, const std::string& name) {
  constexpr std::size_t k_longest = 64;
  const bool is_text = name == printable(name) && name == utf8_prefix(name, k_longest);
  if (!trim(name).empty() && is_text) return;
  throw UsageError(fmt::format("{} '{}': not a name of 1 to {} bytes of UTF-8 without control "
                               "characters",
                               option, printable(name), k_longest),
                   "e.g. --sweep night");
}

}  // namespace upkeep::tools
