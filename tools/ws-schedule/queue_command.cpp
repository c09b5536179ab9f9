// SPDX-License-Identifier: MIT
// The main job: queues upgrades and passes them to a scheduler.
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "cli/whole_number.hpp"
#include "upgrade/model/state.hpp"
#include "upgrade/model/visitor_address.hpp"
#include "upgrade/runner/root_rule.hpp"
#include "ws-schedule/commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

class Queue final : public Command {
 public:
  explicit Queue(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] const char* name() const override { return ""; }
  [[nodiscard]] const char* summary() const override { return ""; }
  [[nodiscard]] std::vector<std::string> columns() const override { return schedule_columns(); }

  void declare(CLI::App& app) override {
    m_shared.declare(app);
    declare_sweep(app);
    CLI::Option* at =
        app.add_option("--at", m_at,
                       "Start at HH:MM (local, its next occurrence) or 2026-01-02T03:04Z")
            ->type_name("TIME");
    app.add_option("--delay", m_delay,
                   "Start after this many seconds (default: [schedule] delay_s)")
        ->type_name("S")
        ->check(cli::whole_number(0, 31'536'000))
        ->excludes(at);
    app.add_flag("--no-job", m_options.no_job, "Queue only; start 'ws-upgrade --drain' yourself")
        ->excludes("--via");
    app.add_option("--priority", m_priority, "The lowest is served first; logins have 5")
        ->type_name("N");
    app.add_option("--address", m_address,
                   "The visitor's address; [web] logins_per_address and logins apply")
        ->type_name("ADDR");
    app.add_flag("--force", m_options.force,
                 "Ignore attempts and retry_after_s, and queue upgraded ones as well");
    app.add_option("--limit", m_limit, "Queue at most this many")
        ->type_name("N")
        ->check(cli::whole_number(1, 10'000'000));
    app.add_option("--target", m_target, "Upgrade to this version instead of the configured one")
        ->type_name("V");
  }

  void check(cli::CommonOptions& /*common*/) override {
    m_shared.check();
    if (m_sweep_option->count() > 0) {
      check_sweep_name("--sweep", m_sweep.name);
      if (!m_sweep.until.empty()) (void)upgrade_cli::next_time_of_day("--until", m_sweep.until);
      m_options.sweep = m_sweep;
    }
    check_time();
    if (!m_address.empty()) {
      m_options.address = upgrade::visitor_of(m_address);
      if (!m_options.address) {
        throw UsageError(fmt::format("--address {}: not an IP address", printable(m_address)),
                         "e.g. --address 192.0.2.7 or --address 2001:db8::1");
      }
    }
    if (!m_shared.reason.empty()) m_options.reason = m_shared.reason;
    if (m_limit > 0) m_options.limit = m_limit;
    if (m_priority) m_options.priority = *m_priority;
  }

  ExitStatus run(Session& session) override {
    const config::Config& config = session.config();
    m_options.requested_by = m_shared.who(session);
    m_options.person = session.person();
    m_options.target = upgrade::target_of(config, m_target);
    m_options.pinned = !m_target.empty();
    m_options.delay = m_delay >= 0 ? std::chrono::seconds(m_delay) : config.schedule.delay;
    m_options.dry_run = session.common.dry_run;
    const cli::NamesTaken taken = session.take_names(m_shared.operands, k_name_some);
    // A sweep without names may still have runs left over from the previous one, which are queued.
    if (taken.names.empty() && !m_options.sweep) {
      session.print_all(columns(), {});
      return taken.status;
    }
    warn_of_pause(session);
    if (!m_options.no_job) upgrade::refuse_exposed_job(config, m_shared.chosen_via(session));
    upgrade::Scheduler scheduler(config, session.control(), session.events());
    return worse(taken.status,
                 print(session, scheduler.schedule(taken.names, m_options,
                                                   *m_shared.backend(session), session.warn())));
  }

 private:
  void declare_sweep(CLI::App& app) {
    m_sweep_option = app.add_option("--sweep", m_sweep.name,
                                    "Queue as part of this sweep, whose rules apply to every drain")
                         ->type_name("NAME");
    app.add_option("--canary", m_sweep.canary,
                   "In the sweep: the first N must all succeed before the others start")
        ->type_name("N")
        ->check(cli::whole_number(1, 1'000'000))
        ->needs(m_sweep_option);
    app.add_option("--max-failures", m_sweep.max_failures,
                   "In the sweep: start nothing after the Nth failure")
        ->type_name("N")
        ->check(cli::whole_number(1, 1'000'000))
        ->needs(m_sweep_option);
    app.add_option("--until", m_sweep.until,
                   "In the sweep: start nothing after this local time, the first after it is due")
        ->type_name("HH:MM")
        ->needs(m_sweep_option);
  }

  void check_time() {
    if (m_at.empty()) return;
    m_options.at = next_local_time(m_at, wall_now());
    if (const auto date = parse_typed_date(m_at, wall_now()); date && !m_options.at) {
      m_options.at = date->time;
    }
    if (!m_options.at) {
      throw UsageError(fmt::format("--at {}: not a time", printable(m_at)),
                       "e.g. 22:00, 2026-01-02T03:04Z or 2026-01-02T03:04+01:00");
    }
    if (*m_options.at < wall_now() - std::chrono::minutes(1)) {
      throw UsageError(fmt::format("--at {} is in the past", printable(m_at)),
                       "omit it to start soon");
    }
  }

  SharedOptions& m_shared;
  std::string m_at, m_target, m_address;
  upgrade::SweepRequest m_sweep;
  CLI::Option* m_sweep_option = nullptr;
  upgrade::ScheduleOptions m_options;
  std::optional<int> m_priority;
  int m_delay = -1, m_limit = 0;
};

}  // namespace

Commands queue_command(SharedOptions& shared) {
  return cli::make_commands<Session, Queue>(shared);
}

}  // namespace upkeep::tools
