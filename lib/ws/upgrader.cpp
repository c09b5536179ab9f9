// SPDX-License-Identifier: MIT
#include "ws/upgrader.hpp"

#include "base/text.hpp"
#include "ws/endpoint.hpp"
#include "ws/log_files.hpp"
#include "ws/pause.hpp"
#include "ws/settler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <poll.h>
#include <unistd.h>

namespace upkeep::ws {

namespace {

RunReport skipped(const std::string& workspace, std::string why, ExitStatus status,
                  std::optional<std::int64_t> run = {}) {
  RunReport report;
  report.workspace = workspace;
  report.state = "skipped";
  report.run = run;
  report.detail = std::move(why);
  report.status = status;
  return report;
}

RunReport unknown(const std::string& workspace, std::string why, ExitStatus status) {
  RunReport report = skipped(workspace, std::move(why), status);
  report.state = "unknown";
  return report;
}

}  // namespace

/// The queue's connection and what stands on it.
struct Upgrader::Session {
  explicit Session(const config::Config& config)
      : connection(connect_control(config)),
        runs(connection, config.database.schema),
        pause(connection, config.database.schema),
        inspector(config, connection) {}
  db::Connection connection;
  RunStore runs;
  PauseStore pause;
  Inspector inspector;
};

Upgrader::Upgrader(const config::Config& config, UpgradeOptions options, Interrupts& interrupts,
                   ReportSink sink)
    : m_config(config),
      m_options(std::move(options)),
      m_interrupts(interrupts),
      m_sink(std::move(sink)),
      m_events(config.upgrade.log_dir, "ws-upgrade"),
      m_host(HostState::open(config.upgrade.state_dir)),
      m_session(std::make_unique<Session>(config)) {
  if (config.upgrade.command.empty()) {
    throw ConfigError("no [upgrade] command is configured",
                      "say what upgrades a workspace, see upkeep.toml(5)");
  }
  settle_before_looking(config, m_session->connection, m_session->inspector, "ws-upgrade", true);
  m_lock = std::make_unique<LockSession>(config, m_host, m_events);
  m_worker = std::make_unique<Worker>();
}

Upgrader::~Upgrader() {
  if (m_lock) m_lock->stop();
}

bool Upgrader::interrupted() {
  (void)m_interrupts.take();
  return m_interrupts.first().has_value();
}

/// An outage shorter than lease_s loses nothing: it is waited for.
void Upgrader::reconnect_if_needed() {
  constexpr int k_try_every_ms = 250;
  const std::int64_t patience = boot_clock_ms() + 1000LL * m_config.upgrade.lease_s;
  for (bool cut = false;; cut = true) {
    try {
      if (cut) m_session = std::make_unique<Session>(m_config);
      m_session->connection.query("SELECT 1");
      return;
    } catch (const db::Error& error) {
      if (!error.connection_lost() || interrupted() || boot_clock_ms() >= patience) throw;
    }
    pollfd signals{m_interrupts.fd(), POLLIN, 0};
    if (cut) ::poll(&signals, 1, k_try_every_ms);
  }
}

WorkspaceStatus Upgrader::look(const std::string& workspace, const std::string& target) {
  reconnect_if_needed();
  return m_session->inspector.inspect(workspace, target);
}

ProgressModel Upgrader::model_of(const std::string& target) {
  reconnect_if_needed();
  return {m_session->runs.history(target), m_config.profiles.at(m_config.upgrade.profile).steps};
}

/// Why nothing more is to be started; nullopt: go on.
std::optional<std::string> Upgrader::reason_to_stop() const {
  if (m_options.until && wall_now() >= *m_options.until) {
    return fmt::format("not started: it is past {}", iso8601(*m_options.until));
  }
  if (m_options.max_failures > 0 && m_failures >= m_options.max_failures) {
    return fmt::format("not started: {} failed before (--max-failures)", m_failures);
  }
  if (m_started >= m_options.canary && m_canary_failures > 0) {
    return fmt::format("not started: of the first {} not all succeeded (--canary)",
                       m_options.canary);
  }
  return std::nullopt;
}

void Upgrader::count(const RunReport& report) {
  const bool ran = report.state != "skipped" && report.state != "unknown";
  const bool failed = ran && report.state != "succeeded";
  if (failed) ++m_failures;
  if (failed && m_started < m_options.canary) ++m_canary_failures;
  if (ran) ++m_started;
  m_status = worse(m_status, report.status);
  m_sink(report);
}

ExitStatus Upgrader::upgrade(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (interrupted()) return killed_by(*m_interrupts.first());
    if (const auto reason = reason_to_stop()) {
      const bool late = m_options.until && wall_now() >= *m_options.until;
      m_status = worse(m_status, late ? ExitStatus::try_later : ExitStatus::no);
      m_sink(skipped(name, *reason, m_status));
      continue;
    }
    count(upgrade_one(name));
  }
  if (m_interrupts.first()) return killed_by(*m_interrupts.first());
  return m_status;
}

RunReport Upgrader::upgrade_one(const std::string& name) {
  for (;;) {
    if (auto report = already_upgraded(name)) return *report;
    if (const auto reason = reason_to_stop()) return skipped(name, *reason, ExitStatus::try_later);
    if (auto report = claim_and_run(name)) return *report;
  }
}

std::optional<RunReport> Upgrader::already_upgraded(const std::string& name) {
  const WorkspaceStatus status = look(name, m_options.target);
  if (status.state == State::upgraded && !m_options.force) {
    return skipped(name, "it is upgraded", ExitStatus::ok);
  }
  if (status.state == State::unknown) {
    const bool away = status.detail != "no such workspace";
    return unknown(name, status.detail, away ? ExitStatus::unavailable : ExitStatus::partial);
  }
  return std::nullopt;
}

/// nullopt: another process's run of this workspace has ended meanwhile; look again.
std::optional<RunReport> Upgrader::claim_and_run(const std::string& name) {
  ClaimRequest request;
  request.workspace = name;
  request.target = m_options.target;
  request.origin = Origin::direct;
  request.requested_by = m_options.requested_by;
  request.due_at = m_session->runs.server_now();
  request.host = m_host.id();
  const Claim claim = m_session->runs.claim(request);
  if (claim.outcome == ClaimOutcome::queued) return wait_and_run(claim.run, true);
  // A queued run that a drainer would have taken is as good as ours; whoever is first takes it.
  if (claim.run.state == RunState::queued && claim.run.origin == Origin::queue) {
    RunReport report = wait_and_run(claim.run, false);
    if (report.state != "unknown" || report.status != ExitStatus::ok) return report;
    return std::nullopt;
  }
  if (m_options.wait == std::chrono::milliseconds(0)) {
    return skipped(name, fmt::format("run {} is active", claim.run.id), ExitStatus::try_later,
                   claim.run.id);
  }
  wait_for_end_of(claim.run);
  if (interrupted()) {
    return skipped(name, "interrupted while it waited", killed_by(*m_interrupts.first()),
                   claim.run.id);
  }
  const auto after = m_session->runs.find(claim.run.id);
  if (after && is_active(after->state)) {
    return skipped(name, fmt::format("run {} is still active", claim.run.id), ExitStatus::try_later,
                   claim.run.id);
  }
  return std::nullopt;
}

/// Another process has the run: until it has ended, the wait is over, or a signal.
void Upgrader::wait_for_end_of(const Run& run) {
  const std::int64_t began = boot_clock_ms();
  constexpr int k_look_every_ms = 500;
  for (;;) {
    pollfd signals{m_interrupts.fd(), POLLIN, 0};
    if (::poll(&signals, 1, k_look_every_ms) > 0) return;
    reconnect_if_needed();
    Settler(m_config, m_session->connection, m_session->inspector, m_host, m_events).hurry(run.id);
    const auto now = m_session->runs.find(run.id);
    if (!now || !is_active(now->state)) return;
    if (m_options.wait && boot_clock_ms() - began >= m_options.wait->count()) return;
    if (reason_to_stop()) return;
  }
}

/// @param ours made by this process; else a queued one that whoever is first takes
RunReport Upgrader::wait_and_run(const Run& run, bool ours) {
  Fd run_lock;
  if (ours) run_lock = m_host.hold_run(run.id);
  TakeRequest request;
  request.run = run.id;
  request.run_is_held = ours;
  request.wait = m_options.wait;
  request.not_after = m_options.until;
  request.ignore_marker = m_options.force;
  std::optional<RunReport> report;
  try {
    Taken taken = take(request);
    if (taken.result == TakeResult::taken) {
      if (!ours) run_lock = std::move(taken.run_lock);
      return work(std::move(taken), !m_options.force);
    }
    if (taken.result == TakeResult::timed_out) {
      report = skipped(run.workspace,
                       reason_to_stop().value_or("not started: it waits for " + taken.waited_for),
                       ExitStatus::try_later, run.id);
    } else if (taken.result == TakeResult::not_queued) {
      // Ours: somebody cancelled it. Not ours: somebody else took it, look again.
      report = ours ? skipped(run.workspace, "its run was cancelled", ExitStatus::no, run.id)
                    : unknown(run.workspace, "somebody else took it", ExitStatus::ok);
    } else {
      report = skipped(run.workspace, "interrupted while it waited",
                       killed_by(m_interrupts.first().value_or(15)), run.id);
      report->state = "interrupted";
    }
  } catch (const Error& error) {
    report = unknown(run.workspace, error.message(), error.status());
    report->run = run.id;
  }
  if (!ours) return *report;
  try {
    reconnect_if_needed();
    m_session->runs.end_queued(run.id, RunState::cancelled, report->detail);
    m_host.forget_run(run.id);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the next tool that looks cancels it
  }
  return *report;
}

/// Waits in the worker; a signal ends the wait.
Taken Upgrader::take(const TakeRequest& request) {
  auto taking = m_worker->post([this, request] { return m_lock->take(request); });
  while (!is_ready(taking)) {
    std::array<pollfd, 2> fds{{{m_interrupts.fd(), POLLIN, 0}, {m_worker->fd(), POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), 1000);
    m_worker->drain();
    if (interrupted()) m_lock->stop();
  }
  Taken taken = taking.get();
  if (taken.result != TakeResult::taken || !m_interrupts.first()) return taken;
  // The signal came while the lease was being taken: nothing was started, and nothing is.
  Taken stopped;
  m_worker->post([this, &taken] { m_lock->give_back(taken); }).get();
  return stopped;
}

/// What happened between the request and the turn.
std::optional<RunReport> Upgrader::not_pending_any_more(const Taken& taken) {
  const WorkspaceStatus status = look(taken.run.workspace, taken.run.target);
  if (status.target_holds == Answer::holds && !status.runs.last_failure) {
    return skipped(taken.run.workspace, "it is upgraded", ExitStatus::ok, taken.run.id);
  }
  if (status.target_holds == Answer::unknown) {
    const bool away = status.detail != "no such workspace";
    return unknown(taken.run.workspace, status.detail,
                   away ? ExitStatus::unavailable : ExitStatus::partial);
  }
  return std::nullopt;
}

/// Ends a run whose command is not started at all.
RunReport Upgrader::end_unstarted(Taken& taken, RunReport report) {
  Ending ending;
  ending.state = report.state == "skipped" ? RunState::skipped : RunState::failed;
  ending.detail = report.detail;
  report.run = taken.run.id;
  taken.slot_lock.reset();
  const auto ended =
      m_worker->post([this, &taken, &ending] { return m_lock->end(taken.lease, ending, false); })
          .get();
  if (!ended) {
    report.status = worse(report.status, ExitStatus::unavailable);
    return report;
  }
  m_events.write(taken.run.workspace, taken.run.id,
                 fmt::format("{}: {}", report.state, report.detail));
  m_host.forget_run(taken.run.id);
  return report;
}

RunReport Upgrader::work(Taken taken, bool check_pending) {
  std::optional<ProgressModel> model;
  try {
    if (check_pending) {
      if (auto report = not_pending_any_more(taken)) return end_unstarted(taken, *report);
    }
    model = model_of(taken.run.target);
  } catch (const Error&) {
    // Nothing was started: the run goes back to where it was.
    taken.slot_lock.reset();
    m_worker->post([this, &taken] { m_lock->give_back(taken); }).get();
    throw;
  }
  const Workshop shop{m_config, m_host, m_events, m_interrupts, *m_worker, *m_lock};
  return Supervisor(shop, std::move(taken), std::move(*model),
                    [this](const std::string& workspace, const std::string& target) {
                      return look(workspace, target);
                    })
      .run();
}

ExitStatus Upgrader::drain() {
  while (!interrupted()) {
    reconnect_if_needed();
    if (const auto pause = m_session->pause.find()) {
      skip_rest_of_queue("not started: " + pause->text(), ExitStatus::try_later);
      break;
    }
    if (!m_session->runs.next_due()) break;
    if (const auto reason = reason_to_stop()) {
      const bool late = m_options.until && wall_now() >= *m_options.until;
      skip_rest_of_queue(*reason, late ? ExitStatus::try_later : ExitStatus::no);
      break;
    }
    TakeRequest request;
    request.wait = m_options.wait;
    request.not_after = m_options.until;
    Taken taken = take(request);
    if (taken.result == TakeResult::nothing_due) continue;  // looked at again at the top
    if (taken.result == TakeResult::timed_out && reason_to_stop()) continue;  // told at the top
    if (taken.result != TakeResult::taken) {
      m_stopped_by_rule = true;
      if (taken.result == TakeResult::timed_out) m_status = worse(m_status, ExitStatus::try_later);
      break;
    }
    const Fd run_lock = std::move(taken.run_lock);
    const Run run = taken.run;
    RunReport report = work(std::move(taken), true);
    if (m_options.retry) set_aside(run, report);
    count(report);
  }
  if (m_interrupts.first()) return killed_by(*m_interrupts.first());
  return m_status;
}

bool Upgrader::has_more() {
  if (m_stopped_by_rule || interrupted()) return false;
  reconnect_if_needed();
  return m_session->runs.next_due().has_value();
}

/// A failed workspace is tried again: each time after twice the pause, as often as `attempts` says.
/// Until then it is out of the way of the others.
void Upgrader::set_aside(const Run& run, RunReport& report) {
  if (report.state != "failed" && report.state != "lost") return;
  try {
    reconnect_if_needed();
    const int failures = m_session->runs.facts({run.workspace}, run.target)[run.workspace].failures;
    if (failures >= m_config.schedule.attempts) {
      add_clause(report.detail, fmt::format("attempt {} of {}, it is not tried again", failures,
                                            m_config.schedule.attempts));
      return;
    }
    constexpr int k_most_doublings = 10;
    const std::chrono::seconds pause(static_cast<std::int64_t>(m_config.schedule.retry_after_s)
                                     << std::clamp(failures - 1, 0, k_most_doublings));
    ClaimRequest request;
    request.workspace = run.workspace;
    request.target = run.target;
    request.priority = run.priority;
    request.requested_by = run.requested_by;
    request.reason = fmt::format("again after run {}", run.id);
    request.due_at = m_session->runs.server_now() + pause;
    const Claim claim = m_session->runs.claim(request);
    if (claim.outcome != ClaimOutcome::queued) return;
    const std::string when =
        fmt::format("set aside until {}, run {}", iso8601(request.due_at), claim.run.id);
    add_clause(report.detail, when);
    m_events.write(run.workspace, run.id, when);
  } catch (const Error& error) {
    m_events.write(run.workspace, run.id, std::string("not queued again: ") + error.what());
  }
}

/// What is behind the logins was meant for the night: by day somebody's drain would start it.
bool Upgrader::put_off(const Run& run, WallTime now) {
  const bool late = m_options.until && now >= *m_options.until;
  if (!m_options.put_off || !late || run.priority <= k_default_priority) return false;
  const auto days = std::chrono::floor<std::chrono::days>(now - run.due_at) + std::chrono::days(1);
  m_session->runs.put_off(run.id, days);
  return true;
}

/// Everything that is due is told, and stays queued.
void Upgrader::skip_rest_of_queue(const std::string& reason, ExitStatus status) {
  const WallTime now = m_session->runs.server_now();
  bool any = false;
  for (const Run& run : m_session->runs.queue()) {
    if (run.state != RunState::queued || run.origin != Origin::queue || run.due_at > now) continue;
    m_sink(skipped(run.workspace, put_off(run, now) ? reason + ", put off by a day" : reason,
                   status, run.id));
    any = true;
  }
  m_stopped_by_rule = true;
  if (any) m_status = worse(m_status, status);
}

ExitStatus drain_queue(const config::Config& config, const UpgradeOptions& options,
                       Interrupts& interrupts, const ReportSink& sink) {
  const HostState host = HostState::open(config.upgrade.state_dir);
  const auto try_any = [&] {
    std::optional<Fd> lock;
    for (int number = 1; number <= config.upgrade.slots && !lock; ++number)
      lock = host.try_drain_lock(number);
    return lock;
  };
  auto drain_lock = try_any();
  if (!drain_lock)
    return ExitStatus::ok;  // enough others are at it; they look again before they go
  Upgrader upgrader(config, options, interrupts, sink);
  for (;;) {
    const ExitStatus status = upgrader.drain();
    drain_lock.reset();
    // A job that came while we held the lock has left already: its run is ours to find.
    if (!upgrader.has_more()) return status;
    drain_lock = try_any();
    if (!drain_lock) return status;
  }
}

}  // namespace upkeep::ws
