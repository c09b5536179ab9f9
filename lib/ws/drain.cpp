// SPDX-License-Identifier: MIT
#include "ws/drain.hpp"

#include "base/text.hpp"
#include "ws/judgement.hpp"
#include "ws/settler.hpp"
#include "ws/workplace.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::ws {

namespace {

class Drain {
 public:
  Drain(const config::Config& config, const UpgradeOptions& options, Interrupts& interrupts,
        const ReportSink& sink)
      : m_options(options), m_sink(sink), m_rules(options), m_place(config, interrupts) {}

  /// Until nothing is due or a rule says stop.
  ExitStatus run();
  /// After run(): whether there is due work that no rule and no signal keeps from being started.
  bool has_more();

 private:
  bool may_go_on();
  bool take_next();
  void set_aside(const Run& run, RunReport& report);
  void queue_again(const Run& run, int failures, RunReport& report);
  bool put_off(const Run& run, WallTime now);
  void skip_rest_of_queue(const std::string& reason, ExitStatus status);

  const UpgradeOptions& m_options;
  const ReportSink& m_sink;
  StopRules m_rules;
  Workplace m_place;
  bool m_stopped_by_rule = false;  // --until, --max-failures, --canary, --wait, a pause
  ExitStatus m_status = ExitStatus::ok;
};

ExitStatus Drain::run() {
  while (!m_place.interrupted() && may_go_on() && take_next()) {
  }
  if (const auto signal = m_place.interrupts().first()) return killed_by(*signal);
  return m_status;
}

bool Drain::may_go_on() {
  Workplace::Session& session = m_place.session();
  if (const auto pause = session.pause.find()) {
    skip_rest_of_queue("not started: " + pause->text(), ExitStatus::try_later);
    return false;
  }
  if (!session.runs.next_due()) return false;
  if (const auto reason = m_rules.reason()) {
    skip_rest_of_queue(*reason, m_rules.status());
    return false;
  }
  return true;
}

/// @returns whether there may be more
bool Drain::take_next() {
  TakeRequest request;
  request.wait = m_options.wait;
  request.not_after = m_options.until;
  Taken taken = m_place.take(request);
  if (taken.result == TakeResult::nothing_due) return true;  // the queue is looked at again
  if (taken.result == TakeResult::timed_out && m_rules.reason()) return true;  // told there
  if (taken.result != TakeResult::taken) {
    m_stopped_by_rule = true;
    if (taken.result == TakeResult::timed_out) m_status = worse(m_status, ExitStatus::try_later);
    return false;
  }
  const Fd run_lock = std::move(taken.run_lock);
  const Run run = taken.run;
  RunReport report = m_place.work(std::move(taken), true);
  if (m_options.retry) set_aside(run, report);
  m_rules.count(report);
  m_status = worse(m_status, report.status);
  m_sink(report);
  return true;
}

bool Drain::has_more() {
  if (m_stopped_by_rule || m_place.interrupted()) return false;
  return m_place.session().runs.next_due().has_value();
}

/// A failed workspace is tried again, as often as `attempts` says; until then it is out of the way
/// of the others.
void Drain::set_aside(const Run& run, RunReport& report) {
  if (report.state != "failed" && report.state != "lost") return;
  try {
    RunStore& runs = m_place.session().runs;
    const int failures = runs.facts({run.workspace}, run.target)[run.workspace].failures;
    const int attempts = m_place.config().schedule.attempts;
    if (failures >= attempts) {
      add_clause(report.detail,
                 fmt::format("attempt {} of {}, it is not tried again", failures, attempts));
      return;
    }
    queue_again(run, failures, report);
  } catch (const Error& error) {
    m_place.events().write(run.workspace, run.id, std::string("not queued again: ") + error.what());
  }
}

/// Each time after twice the pause.
void Drain::queue_again(const Run& run, int failures, RunReport& report) {
  constexpr int k_most_doublings = 10;
  const std::chrono::seconds pause(
      static_cast<std::int64_t>(m_place.config().schedule.retry_after_s)
      << std::clamp(failures - 1, 0, k_most_doublings));
  RunStore& runs = m_place.session().runs;
  ClaimRequest request;
  request.workspace = run.workspace;
  request.target = run.target;
  request.priority = run.priority;
  request.requested_by = run.requested_by;
  request.reason = fmt::format("again after run {}", run.id);
  request.due_at = runs.server_now() + pause;
  const Claim claim = runs.claim(request);
  if (claim.outcome != ClaimOutcome::queued) return;
  const std::string when =
      fmt::format("set aside until {}, run {}", iso8601(request.due_at), claim.run.id);
  add_clause(report.detail, when);
  m_place.events().write(run.workspace, run.id, when);
}

/// What is behind the logins was meant for the night: by day somebody's drain would start it.
bool Drain::put_off(const Run& run, WallTime now) {
  const bool late = m_options.until && now >= *m_options.until;
  if (!m_options.put_off || !late || run.priority <= k_default_priority) return false;
  const auto days = std::chrono::floor<std::chrono::days>(now - run.due_at) + std::chrono::days(1);
  return m_place.session().runs.put_off(run.id, run.priority, days);
}

/// Everything that is due is told, and stays queued.
void Drain::skip_rest_of_queue(const std::string& reason, ExitStatus status) {
  RunStore& runs = m_place.session().runs;
  const WallTime now = runs.server_now();
  bool any = false;
  for (const Run& run : runs.queue()) {
    if (run.state != RunState::queued || run.origin != Origin::queue || run.due_at > now) continue;
    m_sink(skipped(run.workspace, put_off(run, now) ? reason + ", put off by a day" : reason,
                   status, run.id));
    any = true;
  }
  m_stopped_by_rule = true;
  if (any) m_status = worse(m_status, status);
}

}  // namespace

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
  // Enough others are at it; they look again before they go.
  if (!drain_lock) return ExitStatus::ok;
  Drain drain(config, options, interrupts, sink);
  for (;;) {
    const ExitStatus status = drain.run();
    drain_lock.reset();
    // A job that came while we held the lock has left already: its run is ours to find.
    if (!drain.has_more()) return status;
    drain_lock = try_any();
    if (!drain_lock) return status;
  }
}

}  // namespace upkeep::ws
