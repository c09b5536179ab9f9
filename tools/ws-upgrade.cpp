// SPDX-License-Identifier: MIT
// ws-upgrade: runs upgrades, one at a time, under the lock.
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/names.hpp"
#include "cli/tool.hpp"
#include "cli/whole_number.hpp"
#include "upgrade/runner/drain.hpp"
#include "upgrade/runner/drain_summary.hpp"
#include "upgrade/runner/preview.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/runner/root_rule.hpp"
#include "upgrade/runner/upgrader.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <functional>

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class WsUpgrade final : public cli::Tool {
 public:
  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "ws-upgrade";
    info.summary = "Run upgrades of workspaces, one at a time, under the lock";
    info.writes = true;
    info.examples = {
        {"ws-upgrade acme", "upgrade one workspace as soon as it is its turn"},
        {"ws-upgrade --wait 0 acme", "only if nothing else is being upgraded now"},
        {"ws-upgrade --drain", "process the queue; what scheduled jobs run"},
        {"ws-upgrade --drain --retry --summary", "a night, and one record about it"},
        {"ws-upgrade --accept acme", "a person repaired it manually"},
    };
    info.statuses = {
        {0, "all succeeded, or were upgraded already"},
        {1, "some failed, or a rule refused"},
        {2, "some names are unknown"},
        {64, "usage"},
        {65, "a name breaks the name rule"},
        {69, "the database does not answer, or gives no real lock"},
        {73, "a log or state file cannot be created"},
        {75, "not now: no turn within --wait, past --until, too many connections"},
        {76, "the lock was lost during the run"},
        {77, "the database denies access, or root would run what others can change"},
        {78, "configuration"},
        {124, "the command ran into its time limit"},
        {130, "interrupted (128 + signal)"},
    };
    return info;
  }

  void declare(CLI::App& app) override {
    app.add_option("WORKSPACE", m_operands,
                   "Workspaces to upgrade, in this order; - reads names from stdin");
    app.add_flag("--drain", m_drain, "Process the queue until nothing is due");
    app.add_flag("--retry", m_options.retry,
                 "Queue again what fails, with back-off, up to [schedule] attempts");
    app.add_flag("--put-off", m_options.put_off,
                 "With --until: what is left behind the logins is due a day later");
    app.add_flag("--summary", m_summary, "One record about the whole drain, at its end");
    app.add_option("--wait", m_wait, "Wait this long for a turn (default: for ever; 0: not at all)")
        ->type_name("S")
        ->check(cli::whole_number(0, 31'536'000));
    app.add_flag("--force", m_force,
                 "Run an upgraded or held workspace too; do not wait for the marker");
    app.add_option("--timeout", m_timeout, "End a command after this many seconds (0: never)")
        ->type_name("S")
        ->check(cli::whole_number(0, 31'536'000));
    app.add_option("--max-failures", m_options.max_failures, "Start nothing after the Nth failure")
        ->type_name("N")
        ->check(cli::whole_number(1, 1'000'000));
    app.add_option("--until", m_until, "Start nothing after this local time (its next occurrence)")
        ->type_name("HH:MM");
    app.add_option("--canary", m_options.canary,
                   "The first N must all succeed before the rest start")
        ->type_name("N")
        ->check(cli::whole_number(1, 1'000'000));
    app.add_flag("--accept", m_accept, "Record that a person repaired failed workspaces manually");
    app.add_option("--break-lease", m_break_lease,
                   "Let go of the lease of a run whose host will not come back")
        ->type_name("RUN")
        ->check(cli::whole_number(1));
    app.add_option("--why", m_why, "Why it is forced, accepted or broken, for the record")
        ->type_name("TEXT");
    app.add_option("--target", m_target, "Upgrade to this version instead of the configured one")
        ->type_name("V");
  }

  void check() override {
    check_fields(m_summary ? upgrade::DrainSummary::columns() : k_columns);
    if ((m_options.retry || m_summary) && !m_drain) {
      throw UsageError(fmt::format("{} goes with --drain", m_summary ? "--summary" : "--retry"),
                       "use 'ws-schedule' and 'ws-upgrade --drain'");
    }
    if (m_options.put_off && (m_until.empty() || !m_drain)) {
      throw UsageError("--put-off goes with --drain and --until", "e.g. --drain --until 06:00");
    }
    const int modes = static_cast<int>(m_drain) + static_cast<int>(m_accept) +
                      static_cast<int>(m_break_lease > 0);
    if (modes > 1)
      throw UsageError("--drain, --accept and --break-lease exclude each other", "use one");
    if ((m_drain || m_break_lease > 0) && !m_operands.empty()) {
      throw UsageError(fmt::format("{} takes no names", m_drain ? "--drain" : "--break-lease"),
                       "leave them out");
    }
    if (m_drain && (m_force || !m_target.empty())) {
      throw UsageError(
          fmt::format("{} goes with names, not with --drain", m_force ? "--force" : "--target"),
          "name the workspaces");
    }
    if (m_drain && !m_why.empty())
      throw UsageError("--why goes with names or --break-lease, not with --drain", "leave it out");
    if (!m_why.empty()) m_options.reason = m_why;
    if (m_wait >= 0) m_options.wait = std::chrono::seconds(m_wait);
    if (!m_until.empty()) {
      m_options.until = next_local_time(m_until, wall_now());
      if (!m_options.until) {
        throw UsageError(fmt::format("--until {}: no time of day", printable(m_until)),
                         "e.g. --until 06:00");
      }
    }
  }

  ExitStatus run(Io& io) override {
    // Before any thread: what follows polls for signals instead of dying of them.
    Interrupts interrupts;
    config::Config config = load_config();
    if (m_timeout >= 0) config.upgrade.timeout_s = m_timeout;
    m_options.requested_by = person(config);
    if (m_break_lease > 0) return break_lease(io, config);
    if (!m_drain) m_options.target = upgrade::target_of(config, m_target);
    m_options.force = m_force;
    m_options.pinned = !m_target.empty();
    m_out = printer(io, m_summary ? upgrade::DrainSummary::columns() : k_columns, true);
    upgrade::DrainSummary summary(wall_now());
    const upgrade::ReportSink sink = [&](const upgrade::RunReport& report) {
      summary.add(report);
      if (!m_summary) print(io, report);
    };
    if (m_drain) upgrade::refuse_exposed_upgrade(config);
    ExitStatus status = ExitStatus::ok;
    try {
      if (!m_drain) {
        status = run_names(io, config, interrupts, sink);
      } else if (common.dry_run) {
        status = upgrade::preview_queue(config, sink);
      } else {
        status = upgrade::drain_queue(
            config, m_options, interrupts, sink, [&](const std::string& text) { io.warning(text); },
            upgrade::backend_of_a_looker(
                config,
                upgrade::drain_setting(config, surroundings(), binary_directory(),
                                       home_directory()),
                surroundings().uid));
      }
    } catch (const Error&) {
      // Earlier results are still printed, and JSON stays valid.
      if (summary.any()) conclude(io, config, summary);
      throw;
    }
    conclude(io, config, summary);
    return worse(status, m_written);
  }

 private:
  inline static const std::vector<std::string> k_columns{
      "workspace", "state", "run", "exit_status", "lines", "seconds", "log", "detail"};

  void conclude(Io& io, const config::Config& config, const upgrade::DrainSummary& summary) {
    if (m_drain && !common.dry_run && summary.any()) {
      upgrade::EventLog(config.upgrade.log_dir, "ws-upgrade").write("", {}, summary.text());
    }
    if (m_summary) write(io, [&] { m_out->print(summary.record(wall_now())); });
    write(io, [this] { m_out->finish(); });
  }

  ExitStatus run_names(Io& io, const config::Config& config, Interrupts& interrupts,
                       const upgrade::ReportSink& sink) {
    const upgrade::WorkspaceMap map(config);
    const auto taken = cli::take_names(
        io, names(io, m_operands), [&](const std::string& name) { return map.objection(name); });
    if (!taken.named) {
      throw UsageError("no workspace is named",
                       "no name never means all: name them, or use --drain");
    }
    if (taken.names.empty()) return taken.status;
    if (m_accept) {
      return worse(taken.status,
                   upgrade::accept(config, taken.names, m_options, common.dry_run, sink));
    }
    upgrade::refuse_exposed_upgrade(config);
    if (common.dry_run) {
      return worse(taken.status,
                   upgrade::preview(config, taken.names, m_options.target, m_force, sink));
    }
    upgrade::Upgrader upgrader(config, m_options, interrupts, sink);
    return worse(taken.status, upgrader.upgrade(taken.names));
  }

  ExitStatus break_lease(Io& io, const config::Config& config) const {
    db::Connection control = upgrade::connect_control(config);
    upgrade::RunStore runs(control, config.database.schema);
    upgrade::SlotStore leases(control, runs, config.database.schema);
    const std::string who = upgrade::signature(m_options.requested_by, m_options.reason);
    switch (upgrade::break_lease(runs, leases, m_break_lease, who, common.dry_run)) {
      case upgrade::BreakResult::broken:
        if (common.dry_run) {
          io.note(fmt::format("the lease of run {} would be broken", m_break_lease));
          return ExitStatus::ok;
        }
        upgrade::EventLog(config.upgrade.log_dir, "ws-upgrade")
            .write("", m_break_lease, "lease broken by " + who);
        io.detail(fmt::format("the lease of run {} is broken", m_break_lease));
        return ExitStatus::ok;
      case upgrade::BreakResult::still_renewed:
        io.error(
            fmt::format("the lease of run {} is still renewed; its host is alive", m_break_lease));
        return ExitStatus::no;
      case upgrade::BreakResult::holds_none:
        io.error(fmt::format("run {} holds no lease", m_break_lease));
        return ExitStatus::no;
      case upgrade::BreakResult::no_such_run:
        break;
    }
    io.error(fmt::format("there is no run {}; 'ws-progress --active' shows those there are",
                         m_break_lease));
    return ExitStatus::partial;
  }

  void print(Io& io, const upgrade::RunReport& report) {
    write(io, [&] {
      m_out->print({report.workspace, report.state, report.run, report.exit_status, report.lines,
                    report.seconds, null_if_empty(report.log), null_if_empty(report.detail)});
    });
  }

  /// An upgrade goes on when the reader of our records leaves, or the disk they go to is full.
  void write(Io& io, const std::function<void()>& what) {
    try {
      what();
      io.out.flush();
    } catch (const BrokenPipe&) {
      io.out.discard();
    } catch (const Error& error) {
      if (error.status() != ExitStatus::write_error) throw;
      io.out.discard();
      io.error(error);
      m_written = error.status();
    }
  }

  std::vector<std::string> m_operands;
  std::string m_target, m_until, m_why;
  upgrade::UpgradeOptions m_options;
  std::unique_ptr<Printer> m_out;
  int m_wait = -1, m_timeout = -1;
  std::int64_t m_break_lease = 0;
  bool m_summary = false, m_drain = false, m_force = false, m_accept = false;
  ExitStatus m_written = ExitStatus::ok;  // write_error where the records could not be written
};

}  // namespace

int main(int argc, char** argv) {
  WsUpgrade tool;
  return cli::run_main(argc, argv, tool);
}
