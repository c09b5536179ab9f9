// SPDX-License-Identifier: MIT
#include "upgrade/runner/drain.hpp"

#include "base/boot_time.hpp"
#include "base/text.hpp"
#include "upgrade/model/queue_order.hpp"
#include "upgrade/model/retry.hpp"
#include "upgrade/queue/due_runs.hpp"
#include "upgrade/queue/lost_jobs.hpp"
#include "upgrade/runner/place_wait.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/runner/upgrade_runner.hpp"
#include "upgrade/store/handover_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>

#include <poll.h>

namespace upkeep::upgrade {

namespace {

class Drain {
 public:
  Drain(const config::Config& config, const UpgradeOptions& options, Interrupts& interrupts,
        const ReportSink& sink)
      : m_options(options),
        m_sink(sink),
        m_rules(options),
        m_runner(config, interrupts),
        m_places(m_runner, options) {}

  /// Last: requests a later job for due runs that could not be started.
  void leave(const MakeBackend& make_backend);
  /// Call once, before run().
  void begin(const std::function<void(const std::string&)>& warn);

  /// Runs upgrades until nothing is due or a rule stops the drain.
  ExitStatus run();
  /// After run(): whether there are due runs that no rule or signal prevents from being started.
  bool has_more();

 private:
  bool may_go_on();
  bool wait_for_canaries();
  bool wait_for_place();
  bool take_next();
  void report_stopped_sweeps();
  void set_aside(const Run& run, RunReport& report);
  void queue_again(const Run& run, std::chrono::seconds pause, RunReport& report);
  bool put_off(const Run& run, WallTime now);
  void skip_rest_of_queue(StopRule rule, const std::string& reason);

  const UpgradeOptions& m_options;
  const ReportSink& m_sink;
  StopRules m_rules;
  UpgradeRunner m_runner;
  DueFilter m_due;
  PlaceWait m_places;
  bool m_has_run = false;
  bool m_has_put_back = false;
  bool m_stopped_by_rule = false;  // --until, --max-failures, --canary, --wait, a pause
  std::set<std::string> m_sweeps;  // with runs started here, not yet reported as stopped
  ExitStatus m_status = ExitStatus::ok;
};

void Drain::begin(const std::function<void(const std::string&)>& warn) {
  RunStore& runs = m_runner.session().runs;
  const config::Config& config = m_runner.config();
  const std::string text =
      follow_configured_target(config, m_runner.session().connection, runs, m_runner.events());
  if (!text.empty()) warn(text);
  for (const RunReport& report : due_without_probes(config, runs)) {
    m_status = worse(m_status, report.status);
    m_sink(report);
  }
  m_due = due_filter(config, runs);
  note_servers(config, runs, m_runner.session().inspector);
}

ExitStatus Drain::run() {
  m_runner.session().sweeps.stop_late();
  while (!m_runner.interrupted() && may_go_on() && take_next()) {
  }
  report_stopped_sweeps();
  if (const auto signal = m_runner.interrupts().first()) return killed_by(*signal);
  return m_status;
}

bool Drain::may_go_on() {
  UpgradeRunner::Session& session = m_runner.session();
  if (const auto pause = session.pause.find()) {
    skip_rest_of_queue(StopRule::pause,
                       "not started: " + pause->text() + "; 'ws-schedule --resume' resumes it");
    return false;
  }
  if (!m_places.is_something_due(m_due) && !wait_for_canaries() && !wait_for_place()) return false;
  if (const auto rule = m_rules.broken(wall_now())) {
    skip_rest_of_queue(*rule, m_rules.reason(*rule));
    return false;
  }
  return true;
}

/// Waits while other drains run the canaries of a sweep that has more to do: exiting now would
/// leave a slot unused for the rest of the night. @returns whether something is due now
bool Drain::wait_for_canaries() {
  constexpr std::chrono::milliseconds k_look_every{1000};
  while (!m_rules.broken(wall_now())) {
    const auto canaries = m_runner.session().sweeps.awaited_canaries();
    for (const std::int64_t run : canaries) m_runner.hurry(run);
    if (m_places.is_something_due(m_due)) return true;
    if (canaries.empty()) return false;
    m_runner.pause(k_look_every);
    if (m_runner.interrupted()) return false;
  }
  return m_places.is_something_due(m_due);
}

/// @returns whether something is due now
bool Drain::wait_for_place() {
  const PlaceResult result = m_places.wait(m_due, m_rules);
  if (result == PlaceResult::timed_out) {
    m_stopped_by_rule = true;
    m_status = worse(m_status, ExitStatus::try_later);
  }
  return result == PlaceResult::due;
}

/// @returns whether there may be more due runs
bool Drain::take_next() {
  TakeRequest request;
  request.wait = m_options.wait;
  request.not_after = m_options.until;
  request.due = m_due;
  Taken taken = m_runner.take(request);
  if (taken.result == TakeResult::nothing_due) return true;  // the caller checks the queue again
  if (taken.result == TakeResult::timed_out && m_rules.broken(wall_now()))
    return true;  // the caller reports it
  if (taken.result != TakeResult::taken) {
    m_stopped_by_rule = true;
    if (taken.result == TakeResult::timed_out) m_status = worse(m_status, ExitStatus::try_later);
    return false;
  }
  const Fd run_lock = std::move(taken.run_lock);
  const Run run = taken.run;
  if (run.sweep) m_sweeps.insert(*run.sweep);
  RunReport report = m_runner.work(std::move(taken), run_lock, true);
  if (m_options.retry) set_aside(run, report);
  m_rules.count(report);
  m_has_put_back = m_has_put_back || report.put_back;
  m_status = worse(m_status, report.status);
  m_sink(report);
  if (!m_has_run && report.exit_status) {
    m_has_run = true;
    HandoverStore(m_runner.session().connection, m_runner.config().database.schema)
        .forget_replacements();
  }
  return true;
}

void Drain::leave(const MakeBackend& make_backend) {
  if (m_runner.interrupted()) return;
  UpgradeRunner::Session& session = m_runner.session();
  const auto others = targets_of_other_hosts(m_runner.config(), session.connection);
  if (const auto first = session.runs.queue().left_behind(m_due, m_has_put_back, others)) {
    hand_over_later(m_runner.config(), session.connection, m_runner.events(), make_backend, *first);
  }
}

bool Drain::has_more() {
  if (m_stopped_by_rule || m_runner.interrupted()) return false;
  return m_places.is_something_due(m_due);
}

/// A failed workspace is retried up to `attempts` times, after a pause in which others run.
void Drain::set_aside(const Run& run, RunReport& report) {
  if (report.state != "failed" && report.state != "lost") return;
  try {
    RunStore& runs = m_runner.session().runs;
    const int failures = runs.history().facts({run.workspace}, run.target)[run.workspace].failures;
    const config::Schedule& schedule = m_runner.config().schedule;
    if (const auto pause = pause_after(failures, schedule)) {
      queue_again(run, *pause, report);
    } else {
      add_clause(report.detail,
                 fmt::format("attempt {} of {}, will not be retried", failures, schedule.attempts));
    }
  } catch (const Error& error) {
    m_runner.events().write(run.workspace, run.id, std::string("not queued again: ") + error.what(),
                            Severity::warning);
  }
}

void Drain::queue_again(const Run& run, std::chrono::seconds pause, RunReport& report) {
  RunStore& runs = m_runner.session().runs;
  ClaimRequest request;
  request.workspace = run.workspace;
  request.target = run.target;
  request.pinned = run.pinned;
  request.sweep = run.sweep;
  request.priority = run.priority;
  request.requested_by = run.requested_by;
  request.reason = fmt::format("again after run {}", run.id);
  request.server = run.server;
  request.due_at = runs.server_now() + pause;
  const Claim claim = runs.claim(request);
  if (claim.outcome != ClaimOutcome::queued) return;
  const std::string when =
      fmt::format("set aside until {}, run {}", iso8601(request.due_at), claim.run.id);
  add_clause(report.detail, when);
  m_runner.events().write(run.workspace, run.id, when);
}

/// Moves a run behind the logins to the next day: it is meant for the night, but during the day a
/// login's drain would start it. @returns whether it was moved
bool Drain::put_off(const Run& run, WallTime now) {
  const bool late = m_options.until && now >= *m_options.until;
  if (!m_options.put_off || !late || run.priority <= k_default_priority) return false;
  return m_runner.session().runs.put_off(run.id, run.priority, same_local_time(run.due_at, now));
}

/// Reports the runs that are not started because a sweep that this drain has worked on was stopped
/// by its rules, here or in another drain.
void Drain::report_stopped_sweeps() {
  if (m_sweeps.empty()) return;
  UpgradeRunner::Session& session = m_runner.session();
  session.sweeps.stop_late();
  for (auto name = m_sweeps.begin(); name != m_sweeps.end();) {
    const auto sweep = session.sweeps.find(*name);
    if (!sweep || !sweep->stopped_at) {
      ++name;
      continue;
    }
    const bool late = sweep->stopped_by == word(StopRule::until);
    const ExitStatus status = status_of(late ? StopRule::until : StopRule::canary);
    for (const Run& run : session.runs.queue().of_sweep(*name)) {
      m_sink(skipped(run.workspace, sweep->why_not_started(), status, run.id));
      m_status = worse(m_status, status);
    }
    m_runner.events().write("", {},
                            fmt::format("sweep {} is stopped: {}", *name, sweep->stop_detail),
                            Severity::warning);
    name = m_sweeps.erase(name);
  }
}

/// Reports everything that is due; it stays queued.
void Drain::skip_rest_of_queue(StopRule rule, const std::string& reason) {
  const ExitStatus status = status_of(rule);
  UpgradeRunner::Session& session = m_runner.session();
  RunStore& runs = session.runs;
  const WallTime now = runs.server_now();
  const auto stopped = session.sweeps.stopped();
  const auto holds = HoldStore(session.connection, m_runner.config().database.schema).of({});
  std::int64_t left = 0;
  for (const Run& run : runs.queue().active()) {
    if (!is_due(run, now)) continue;
    if (run.sweep && std::find(stopped.begin(), stopped.end(), *run.sweep) != stopped.end())
      continue;                                   // held back by its sweep, not by our rule
    if (holds.contains(run.workspace)) continue;  // held by a person, not by our rule
    m_sink(skipped(run.workspace, put_off(run, now) ? reason + ", put off by a day" : reason,
                   status, run.id));
    ++left;
  }
  m_stopped_by_rule = true;
  if (left == 0) return;
  m_status = worse(m_status, status);
  session.sweeps.record({now, {}, std::string(word(rule)), left, reason}, m_runner.host().id());
}

using DrainLock = std::optional<Fd>;

/// Enough other drains are running. If one of them has rules, it may end before the run that this
/// drain was started for (a login's), and no other drain may follow: so one process waits here
/// until they are done.
DrainLock lock_behind_rules(const HostState& host, Interrupts& interrupts,
                            const std::function<DrainLock()>& try_any) {
  constexpr std::chrono::milliseconds k_look_every{500};
  const auto place = host.try_waiting_lock();
  if (!place) return std::nullopt;
  while (host.drain_has_rules()) {
    if (DrainLock lock = try_any()) return lock;
    pollfd signals{interrupts.fd(), POLLIN, 0};
    ::poll(&signals, 1, poll_timeout(k_look_every));
    if (interrupts.take()) return std::nullopt;
  }
  return try_any();
}

/// A job may start while the database does not answer: it waits for as long as an upgrade would.
/// @returns nullptr after a signal
std::unique_ptr<Drain> arrive(const std::function<std::unique_ptr<Drain>()>& make,
                              Interrupts& interrupts, const EventLog& events,
                              std::chrono::seconds patience) {
  constexpr std::chrono::milliseconds k_try_every{500};
  const Deadline give_up = Deadline::in(patience);
  for (bool first = true;; first = false) {
    try {
      auto drain = make();
      if (!first) events.write("", {}, "drain: the database answers again");
      return drain;
    } catch (const db::Error& error) {
      if (!error.connection_lost() || give_up.has_passed()) throw;
      if (first) {
        events.write("", {}, std::string("drain: waiting for the database: ") + error.what(),
                     Severity::warning);
      }
    }
    pollfd signals{interrupts.fd(), POLLIN, 0};
    ::poll(&signals, 1, poll_timeout(k_try_every));
    if (interrupts.take()) return nullptr;
  }
}

}  // namespace

ExitStatus drain_queue(const config::Config& config, const UpgradeOptions& options,
                       Interrupts& interrupts, const ReportSink& sink,
                       const std::function<void(const std::string&)>& warn,
                       const MakeBackend& make_backend) {
  const HostState host = HostState::open(config.upgrade.state_dir);
  const EventLog events(config, "ws-upgrade");
  const auto try_any = [&] {
    DrainLock lock;
    for (int number = 1; number <= config.upgrade.slots && !lock; ++number)
      lock = host.try_drain_lock(number);
    return lock;
  };
  std::optional<Fd> rules;  // before the drain lock: a process that finds that taken must see them
  if (has_rules(options)) rules = host.hold_drain_rules();
  DrainLock drain_lock = try_any();
  if (!drain_lock && !rules) drain_lock = lock_behind_rules(host, interrupts, try_any);
  if (!drain_lock) {
    // The other drains check the queue again before they exit.
    const auto signal = interrupts.first();
    return signal ? killed_by(*signal) : ExitStatus::ok;
  }
  try {
    const auto drain =
        arrive([&] { return std::make_unique<Drain>(config, options, interrupts, sink); },
               interrupts, events, config.upgrade.lease);
    if (!drain) return killed_by(*interrupts.first());
    drain->begin(warn);
    for (;;) {
      const ExitStatus status = drain->run();
      drain_lock.reset();
      // A job that started while we held the lock has already exited, so we must find its run.
      if (drain->has_more()) drain_lock = try_any();
      if (drain_lock) continue;
      drain->leave(make_backend);
      return status;
    }
  } catch (const Error& error) {
    // The output of a job is discarded.
    events.write("", {}, std::string("drain: failed: ") + error.what(), Severity::error);
    throw;
  }
}

}  // namespace upkeep::upgrade
