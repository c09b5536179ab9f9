// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "cli/whole_number.hpp"
#include "ws-upgrade/commands.hpp"

#include <CLI/CLI.hpp>

namespace upkeep::tools {

void SharedOptions::declare(CLI::App& app) {
  app.add_option("WORKSPACE", operands,
                 "Workspaces to upgrade, in this order; - reads names from stdin");
  app.add_option("--wait", wait, "Wait this long for a turn (default: no limit; 0: do not wait)")
      ->type_name("S")
      ->check(cli::whole_number(0, 31'536'000));
  app.add_flag("--force", upgrade.force,
               "Also upgrade upgraded or held workspaces; do not wait for the marker");
  app.add_option("--timeout", timeout, "Terminate a command after this many seconds (0: no limit)")
      ->type_name("S")
      ->check(cli::whole_number(0, 31'536'000));
  app.add_option("--max-failures", upgrade.max_failures, "Start nothing after the Nth failure")
      ->type_name("N")
      ->check(cli::whole_number(1, 1'000'000));
  app.add_option("--until", until, "Start nothing after this local time (its next occurrence)")
      ->type_name("HH:MM");
  app.add_option("--canary", upgrade.canary, "The first N must all succeed before the others start")
      ->type_name("N")
      ->check(cli::whole_number(1, 1'000'000));
  app.add_option("--why", why, "The reason for forcing, accepting or breaking, to record")
      ->type_name("TEXT");
  app.add_option("--target", target, "Upgrade to this version instead of the configured one")
      ->type_name("V");
}

void SharedOptions::check() {
  if (!why.empty()) upgrade.reason = why;
  if (wait >= 0) upgrade.wait = std::chrono::seconds(wait);
  if (!until.empty()) upgrade.until = upgrade_cli::next_time_of_day("--until", until);
  upgrade.pinned = !target.empty();
}

config::Config SharedOptions::complete(Session& session) {
  config::Config config = session.config();
  if (timeout >= 0) config.upgrade.timeout = std::chrono::seconds(timeout);
  upgrade.requested_by = session.person();
  return config;
}

void RecordStream::print(const Record& record) {
  write([&] { m_out->print(record); });
}

void RecordStream::finish() {
  write([&] { m_out->finish(); });
}

void RecordStream::write(const std::function<void()>& what) {
  try {
    what();
    m_io.out.flush();
  } catch (const BrokenPipe&) {
    m_io.out.discard();
  } catch (const Error& error) {
    if (error.status() != ExitStatus::write_error) throw;
    m_io.out.discard();
    m_io.error(error);
    m_status = error.status();
  }
}

const std::vector<std::string>& run_columns() {
  static const std::vector<std::string> k_columns{"workspace", "state",   "run", "exit_status",
                                                  "lines",     "seconds", "log", "detail"};
  return k_columns;
}

Record run_record(const upgrade::RunReport& report) {
  return {report.workspace,
          report.state,
          report.run,
          report.exit_status,
          report.lines,
          report.elapsed,
          null_if_empty(report.log),
          null_if_empty(report.detail)};
}

}  // namespace upkeep::tools
