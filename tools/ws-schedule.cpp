// SPDX-License-Identifier: MIT
// ws-schedule: queues upgrades and hands them to at(1) or another scheduler.
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "cli/names.hpp"
#include "cli/tool.hpp"
#include "cli/whole_number.hpp"
#include "upgrade/model/visitor_address.hpp"
#include "upgrade/queue/hold_requests.hpp"
#include "upgrade/queue/queue_requests.hpp"
#include "upgrade/queue/scheduler.hpp"
#include "upgrade/runner/root_rule.hpp"
#include "upgrade/store/endpoint.hpp"
#include "upgrade/store/pause_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class WsSchedule final : public cli::Tool {
 public:
  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "ws-schedule";
    info.summary = "Queue upgrades of workspaces and pass them to at(1)";
    info.writes = true;
    info.examples = {
        {"ws-schedule acme", "queue one upgrade; at(1) starts it in a minute"},
        {"ws-check --all --pending | ws-schedule --sweep night --canary 3 --max-failures 5 --until "
         "06:00 --at 22:00 --priority 9 --no-job",
         "the night's work under its rules, behind logins, for a drain that comes then"},
        {"ws-schedule --resume-sweep night", "go on with a sweep that a rule has stopped"},
        {"ws-schedule --list", "what is queued and running, in order"},
        {"ws-schedule --cancel acme", "take it back"},
        {"ws-schedule --retarget acme", "its run goes to the configured version after all"},
        {"ws-schedule --pause --reason 'backups run'", "nothing is started until --resume"},
        {"ws-schedule --hold acme --why 'exams until Friday'",
         "acme is not upgraded, and its users work on, until --release"},
    };
    info.statuses = {
        {0, "every one is queued, was already, or is upgraded"},
        {1, "some were refused; --cancel of what is not queued, --release of what is not held"},
        {2, "some are unknown; no such sweep"},
        {64, "usage"},
        {65, "a name breaks the name rule"},
        {69, "the database or the scheduler does not answer"},
        {75, "the queue is full"},
        {77, "at(1) or the database denies access, or root's job would be refused"},
        {78, "configuration"},
    };
    return info;
  }

  void declare(CLI::App& app) override {
    app.add_option("WORKSPACE", m_operands, "Workspaces to queue; - reads names from stdin");
    app.add_flag("--list", m_list, "List the queue in the order in which it is served");
    app.add_flag("--cancel", m_cancel, "Take queued workspaces back");
    app.add_flag("--retarget", m_retarget,
                 "Aim queued runs at the configured version; without names those whose version has "
                 "no probe any more");
    app.add_flag("--pause", m_pause, "Start nothing from the queue any more; what runs goes on");
    app.add_flag("--resume", m_resume, "End the pause, and start what is due");
    app.add_flag("--hold", m_hold, "Keep workspaces from being upgraded until --release");
    app.add_flag("--release", m_release, "End the hold, and start what is due");
    app.add_option("--gate", m_gate,
                   "With --hold: open|closed: users pass (the default), or see the page")
        ->type_name("WHICH");
    app.add_option("--sweep", m_sweep.name,
                   "Queue as part of this sweep, whose rules bind every drain")
        ->type_name("NAME");
    app.add_option("--canary", m_sweep.canary,
                   "Of the sweep: the first N must all succeed before the rest start")
        ->type_name("N")
        ->check(cli::whole_number(1, 1'000'000));
    app.add_option("--max-failures", m_sweep.max_failures,
                   "Of the sweep: start nothing after the Nth failure")
        ->type_name("N")
        ->check(cli::whole_number(1, 1'000'000));
    app.add_option("--until", m_sweep.until,
                   "Of the sweep: start nothing after this local time, the first after it is due")
        ->type_name("HH:MM");
    m_resume_sweep_option =
        app.add_option("--resume-sweep", m_resume_sweep, "End the stop of this sweep")
            ->type_name("NAME");
    m_sweep_option = app.get_option("--sweep");
    app.add_option("--at", m_at,
                   "Start then: HH:MM (local, its next occurrence) or 2026-01-02T03:04Z")
        ->type_name("TIME");
    app.add_option("--delay", m_delay, "Start in so many seconds (default: [schedule] delay_s)")
        ->type_name("S")
        ->check(cli::whole_number(0, 31'536'000));
    app.add_option("--via", m_via, "Hand over to: " + join(upgrade::backend_names(), "|"))
        ->type_name("B");
    app.add_flag("--no-job", m_options.no_job,
                 "Queue only: a 'ws-upgrade --drain' of your own comes then");
    app.add_option("--priority", m_priority, "1 is first; logins have 5")->type_name("N");
    app.add_option("--reason,--why", m_reason, "Why, for the record; --hold needs it")
        ->type_name("TEXT");
    app.add_option("--requested-by", m_requested_by, "Who, for the record (default: you)")
        ->type_name("WHO");
    app.add_option("--address", m_address,
                   "The visitor's address: [web] logins_per_address and logins bind it")
        ->type_name("ADDR");
    app.add_flag("--force", m_options.force,
                 "Past attempts and retry_after_s, and an upgraded one too");
    app.add_option("--limit", m_limit, "Queue so many at most")
        ->type_name("N")
        ->check(cli::whole_number(1, 10'000'000));
    app.add_option("--target", m_target, "Upgrade to this version instead of the configured one")
        ->type_name("V");
  }

  void check() override {
    check_fields(k_columns);
    check_modes();
    check_hold();
    check_sweep();
    if (m_options.no_job && !m_via.empty())
      throw UsageError("--no-job and --via exclude each other", "use one");
    if (!m_at.empty() && m_delay >= 0)
      throw UsageError("--at and --delay exclude each other", "use one");
    if (!m_at.empty()) {
      m_options.at = next_local_time(m_at, wall_now());
      if (const auto date = parse_typed_date(m_at, wall_now()); date && !m_options.at) {
        m_options.at = date->time;
      }
      if (!m_options.at) {
        throw UsageError(fmt::format("--at {}: no time", printable(m_at)),
                         "e.g. 22:00, 2026-01-02T03:04Z or 2026-01-02T03:04+01:00");
      }
      if (*m_options.at < wall_now() - std::chrono::minutes(1)) {
        throw UsageError(fmt::format("--at {} is in the past", printable(m_at)),
                         "leave it out to start soon");
      }
    }
    if (!m_via.empty()) {
      const auto& known = upgrade::backend_names();
      if (std::find(known.begin(), known.end(), m_via) == known.end()) {
        throw UsageError(fmt::format("--via {}: no such scheduler", printable(m_via)),
                         did_you_mean(m_via, known, "one of " + join(known, ", ")));
      }
    }
    if (!m_address.empty()) {
      m_options.address = upgrade::visitor_of(m_address);
      if (!m_options.address) {
        throw UsageError(fmt::format("--address {}: not an IP address", printable(m_address)),
                         "e.g. --address 192.0.2.7 or --address 2001:db8::1");
      }
    }
    if (!m_reason.empty()) m_options.reason = m_reason;
    if (m_limit > 0) m_options.limit = m_limit;
    if (m_priority) m_options.priority = *m_priority;
  }

  ExitStatus run(Io& io) override {
    const config::Config config = load_config();
    const bool whole_queue = m_pause || m_resume || !m_resume_sweep.empty();
    m_who = m_requested_by.empty() ? person(config) : m_requested_by;
    if (m_retarget) (void)upgrade::target_of(config, "");
    if (!m_list && !m_cancel && !m_retarget && !m_hold && !m_release && !whole_queue)
      m_options.target = upgrade::target_of(config, m_target);
    m_options.pinned = !m_target.empty();
    m_options.delay_s = m_delay >= 0 ? m_delay : config.schedule.delay_s;
    m_options.requested_by = m_who;
    m_options.person = person(config);
    m_options.dry_run = common.dry_run;
    const upgrade::WorkspaceMap map(config);
    cli::NamesTaken taken;
    // A list needs no names, and so does not wait for any on stdin.
    if ((!m_list && !m_retarget && !whole_queue) || !m_operands.empty()) {
      taken = cli::take_names(io, names(io, m_operands),
                              [&](const std::string& name) { return map.objection(name); });
      if (!taken.named) throw UsageError("no workspace is named", "name some, or use --list");
      // The names of a sweep may all be left over from the one before: those are queued.
      if (taken.names.empty() && !m_options.sweep) {
        printer(io, k_columns)->finish();
        return taken.status;
      }
    }
    const upgrade::EventLog events(config.upgrade.log_dir, "ws-schedule");
    db::Connection control = upgrade::connect_control(config);
    upgrade::PauseStore pauses(control, config.database.schema);
    if (m_pause) return pause(io, pauses, events);
    if (m_resume) return resume(io, config, control, pauses, events);
    if (!m_resume_sweep.empty()) return resume_sweep(io, config, control, events);
    if (const auto paused = pauses.find()) {
      io.warning(paused->text() + "; 'ws-schedule --resume' lets it go on");
    }
    if (m_hold) {
      const upgrade::HoldRequest request{m_who, m_reason, m_gate == "closed", common.dry_run};
      return worse(taken.status, print(io, upgrade::hold_workspaces(config, control, events,
                                                                    taken.names, request)));
    }
    if (m_release) return worse(taken.status, release(io, config, control, taken.names, events));
    using upgrade::QueueRequests;
    if (m_retarget) {
      return worse(
          taken.status,
          print(io, QueueRequests(config, control, events).retarget(taken.names, common.dry_run)));
    }
    if (m_list) {
      return worse(taken.status,
                   print(io, QueueRequests(config, control, events).list(taken.names)));
    }
    const auto backend = make_backend(config);
    if (m_cancel) {
      return worse(taken.status, print(io, QueueRequests(config, control, events)
                                               .cancel(taken.names, *backend, common.dry_run)));
    }
    if (!m_options.no_job) upgrade::refuse_exposed_job(config, via_of(config));
    return worse(taken.status,
                 print(io, upgrade::Scheduler(config, control, events)
                               .schedule(taken.names, m_options, *backend,
                                         [&](const std::string& text) { io.warning(text); })));
  }

 private:
  /// A hold without a reason is of no use where it has an effect.
  void check_hold() const {
    if (m_hold && trim(m_reason).empty()) {
      throw UsageError("--hold needs --why, which everybody who meets the hold reads",
                       "e.g. --hold acme --why 'exams until Friday'");
    }
    if (m_gate.empty()) return;
    if (!m_hold) throw UsageError("--gate goes with --hold", "leave it out");
    if (m_gate != "open" && m_gate != "closed") {
      throw UsageError(fmt::format("--gate {}: no such value", printable(m_gate)),
                       "open or closed");
    }
  }

  /// The modes take little of what queuing takes.
  void check_modes() const {
    const std::vector<std::pair<bool, const char*>> modes{
        {m_list, "--list"},         {m_cancel, "--cancel"},
        {m_retarget, "--retarget"}, {m_pause, "--pause"},
        {m_resume, "--resume"},     {m_hold, "--hold"},
        {m_release, "--release"},   {m_resume_sweep_option->count() > 0, "--resume-sweep"}};
    const char* mode = nullptr;
    for (const auto& [given, name] : modes) {
      if (given && mode != nullptr)
        throw UsageError(fmt::format("{} and {} exclude each other", mode, name), "use one");
      if (given) mode = name;
    }
    if (mode == nullptr) return;
    if (!m_at.empty() || m_delay >= 0 || m_limit > 0 || m_options.force || m_priority ||
        m_options.no_job || !m_target.empty() || !m_address.empty() ||
        m_sweep_option->count() > 0 ||
        (!m_pause && !m_hold && (!m_reason.empty() || !m_requested_by.empty())) ||
        ((m_list || m_pause || m_hold || m_retarget) && !m_via.empty())) {
      throw UsageError(fmt::format("{} takes none of the options of queuing", mode),
                       "leave them out");
    }
    if ((m_pause || m_resume) && !m_operands.empty()) {
      throw UsageError(fmt::format("{} is about the whole queue and takes no names", mode),
                       "use --cancel to take single ones back");
    }
    if (m_resume_sweep_option->count() > 0 && !m_operands.empty()) {
      throw UsageError("--resume-sweep takes one sweep and no names", "leave them out");
    }
  }

  void check_sweep() {
    constexpr std::size_t k_longest = 64;
    for (const auto& [option, name] : {std::pair(m_sweep_option, m_sweep.name),
                                       std::pair(m_resume_sweep_option, m_resume_sweep)}) {
      if (option->count() == 0) continue;
      const bool is_text = name == printable(name) && name == utf8_prefix(name, k_longest);
      if (trim(name).empty() || !is_text) {
        throw UsageError(
            fmt::format("{} '{}': not a name of 1 to {} bytes of UTF-8 without control "
                        "characters",
                        option->get_name(), printable(name), k_longest),
            "e.g. --sweep night");
      }
    }
    if (m_sweep_option->count() > 0) {
      if (!m_sweep.until.empty() && !next_local_time(m_sweep.until, wall_now())) {
        throw UsageError(fmt::format("--until {}: no time of day", printable(m_sweep.until)),
                         "e.g. --until 06:00");
      }
      m_options.sweep = m_sweep;
    } else if (m_sweep.canary > 0 || m_sweep.max_failures > 0 || !m_sweep.until.empty()) {
      throw UsageError("--canary, --max-failures and --until are the rules of a --sweep",
                       "name the sweep, e.g. --sweep night");
    }
  }

  ExitStatus pause(Io& io, upgrade::PauseStore& pauses, const upgrade::EventLog& events) const {
    const auto reason = m_reason.empty() ? std::nullopt : std::optional(m_reason);
    if (common.dry_run) {
      const auto earlier = pauses.find();
      io.note(earlier ? earlier->text() + " already" : "the queue would be paused");
      return ExitStatus::ok;
    }
    if (pauses.pause(m_who, reason)) {
      events.write("", {}, "paused by " + upgrade::signature(m_who, reason));
    } else if (const auto earlier = pauses.find()) {
      io.note(earlier->text() + " already");
    }
    return ExitStatus::ok;
  }

  ExitStatus resume(Io& io, const config::Config& config, db::Connection& control,
                    upgrade::PauseStore& pauses, const upgrade::EventLog& events) const {
    if (common.dry_run) {
      io.note(pauses.find() ? "the queue would be resumed" : "the queue is not paused");
      return ExitStatus::ok;
    }
    if (!pauses.resume()) {
      io.note("the queue was not paused");
      return ExitStatus::ok;
    }
    events.write("", {}, "resumed by " + m_who);
    upgrade::refuse_exposed_job(config, via_of(config));
    const std::size_t due = upgrade::QueueRequests(config, control, events)
                                .hand_over_due(*make_backend(config),
                                               [&](const std::string& text) { io.warning(text); });
    io.detail(fmt::format("{} runs are due and start now", due));
    return ExitStatus::ok;
  }

  ExitStatus release(Io& io, const config::Config& config, db::Connection& control,
                     const std::vector<std::string>& names, const upgrade::EventLog& events) const {
    const upgrade::Released released =
        upgrade::release_workspaces(config, control, events, names, m_who, common.dry_run);
    const ExitStatus status = print(io, released.records);
    if (released.due && !common.dry_run) {
      upgrade::QueueRequests(config, control, events)
          .hand_over_due(*make_backend(config), [&](const std::string& text) { io.warning(text); });
    }
    return status;
  }

  ExitStatus resume_sweep(Io& io, const config::Config& config, db::Connection& control,
                          const upgrade::EventLog& events) const {
    if (common.dry_run) {
      upgrade::SweepStore sweeps(control, config.database.schema);
      if (!sweeps.find(m_resume_sweep)) {
        throw Error(ExitStatus::partial, fmt::format("there is no sweep {}", m_resume_sweep));
      }
      const auto stopped = sweeps.stopped();
      const bool is_stopped =
          std::find(stopped.begin(), stopped.end(), m_resume_sweep) != stopped.end();
      io.note(fmt::format("sweep {} {}", m_resume_sweep,
                          is_stopped ? "would go on" : "is not stopped"));
      return ExitStatus::ok;
    }
    const bool was_stopped = upgrade::QueueRequests(config, control, events)
                                 .resume_sweep(m_resume_sweep, *make_backend(config),
                                               [&](const std::string& text) { io.warning(text); });
    if (!was_stopped) {
      io.note(fmt::format("sweep {} was not stopped", m_resume_sweep));
      return ExitStatus::ok;
    }
    events.write("", {}, fmt::format("sweep {} resumed by {}", m_resume_sweep, m_who));
    return ExitStatus::ok;
  }

  inline static const std::vector<std::string> k_columns{"workspace", "state", "run",
                                                         "job",       "due",   "detail"};

  [[nodiscard]] config::Via via_of(const config::Config& config) const {
    const auto& words = upgrade::backend_names();
    const auto word = std::find(words.begin(), words.end(), m_via);
    return word == words.end() ? config.schedule.via
                               : static_cast<config::Via>(word - words.begin());
  }

  [[nodiscard]] std::unique_ptr<upgrade::Backend> make_backend(const config::Config& config) const {
    return upgrade::make_backend(
        via_of(config), config.schedule,
        upgrade::drain_setting(config, surroundings(), binary_directory(), home_directory()));
  }

  ExitStatus print(Io& io, const std::vector<upgrade::ScheduleRecord>& records) const {
    const auto out = printer(io, k_columns);
    ExitStatus status = ExitStatus::ok;
    bool told = false;
    for (const upgrade::ScheduleRecord& record : records) {
      status = worse(status, record.status);
      out->print({record.workspace, record.state, record.run, record.job,
                  record.due ? Value(iso8601(*record.due)) : Value(),
                  null_if_empty(record.detail)});
      if (record.state == "failed" && !told) io.error(record.detail);
      told = told || record.state == "failed";
    }
    out->finish();
    return status;
  }

  std::vector<std::string> m_operands;
  std::string m_at, m_via, m_reason, m_requested_by, m_target, m_address, m_gate, m_resume_sweep;
  std::string m_who;  // for the record: --requested-by, or who typed this
  upgrade::SweepRequest m_sweep;
  CLI::Option* m_sweep_option = nullptr;
  CLI::Option* m_resume_sweep_option = nullptr;
  upgrade::ScheduleOptions m_options;
  std::optional<int> m_priority;
  int m_delay = -1, m_limit = 0;
  bool m_list = false, m_cancel = false, m_pause = false, m_resume = false, m_retarget = false;
  bool m_hold = false, m_release = false;
};

}  // namespace

int main(int argc, char** argv) {
  WsSchedule tool;
  return cli::run_main(argc, argv, tool);
}
