// SPDX-License-Identifier: MIT
#include "upgrade/runner/upgrader.hpp"

#include "base/boot_time.hpp"
#include "upgrade/model/server_bound.hpp"
#include "upgrade/model/version.hpp"
#include "upgrade/queue/due_runs.hpp"

#include <fmt/format.h>

#include <csignal>

namespace upkeep::upgrade {

namespace {
const char* const k_force = "; --force upgrades it anyway";
}  // namespace

Upgrader::Upgrader(const config::Config& config, UpgradeOptions options, Interrupts& interrupts,
                   ReportSink sink)
    : m_options(std::move(options)),
      m_sink(std::move(sink)),
      m_rules(m_options),
      m_runner(config, interrupts) {}

ExitStatus Upgrader::upgrade(const std::vector<std::string>& names) {
  ExitStatus worst = ExitStatus::ok;
  for (const std::string& name : names) {
    if (m_runner.interrupted()) break;
    const auto rule = m_rules.broken(wall_now());
    const RunReport report =
        rule ? skipped(name, m_rules.reason(*rule), status_of(*rule)) : upgrade_one(name);
    m_rules.count(report);
    worst = worse(worst, report.status);
    m_sink(report);
  }
  if (const auto signal = m_runner.interrupts().first()) return killed_by(*signal);
  return worst;
}

RunReport Upgrader::upgrade_one(std::string name) {
  std::optional<RunReport> report;
  // Repeatable: wait_and_run() reports what happens from the start of a run on. A claim whose
  // connection was cut is recovered like that of a process that died.
  m_runner.despite_cuts([&] {
    while (!report) {
      report = already_upgraded(name);
      if (report) return;
      const auto rule = m_rules.broken(wall_now());
      report =
          rule ? skipped(name, m_rules.reason(*rule), ExitStatus::try_later) : claim_and_run(name);
    }
  });
  return std::move(*report);
}

/// The report if nothing needs to be queued: the workspace is upgraded, cannot be inspected, or is
/// held.
std::optional<RunReport> Upgrader::already_upgraded(std::string& name) {
  const WorkspaceStatus status = m_runner.look(name, m_options.target);
  name = status.workspace;  // as its server stores it
  m_server = endpoint_name_of(m_runner.config(), status.server);
  if (status.state == State::upgraded && !m_options.force) {
    return skipped(name, "already upgraded", ExitStatus::ok);
  }
  if (status.state == State::unknown) return not_seen(status);
  if (status.hold && !m_options.force && status.state != State::running) {
    return skipped(name, status.hold->text() + k_force, ExitStatus::no);
  }
  return std::nullopt;
}

/// nullopt: another process's run of this workspace has ended; check again.
std::optional<RunReport> Upgrader::claim_and_run(const std::string& name) {
  RunStore& runs = m_runner.session().runs;
  ClaimRequest request;
  request.workspace = name;
  request.target = m_options.target;
  request.pinned = m_options.pinned;
  request.origin = Origin::direct;
  request.requested_by = m_options.requested_by;
  request.reason = m_options.reason;
  request.due_at = runs.server_now();
  request.server = m_server;
  request.host = m_runner.host().id();
  follow_configured_target(m_runner.config(), m_runner.session().connection, runs,
                           m_runner.events());
  const Claim claim = runs.claim(request);
  if (claim.outcome == ClaimOutcome::queued) return wait_and_run(claim.run, true);
  if (claim.run.state == RunState::queued && claim.run.pinned &&
      !has_probes(m_runner.config(), claim.run.target)) {
    return skipped(name, no_probes(claim.run), ExitStatus::config, claim.run.id);
  }
  const bool other = claim.run.target != m_runner.config().upgrade.target && !claim.run.pinned;
  if (claim.run.state == RunState::queued && claim.run.origin == Origin::queue && other) {
    return skipped(name, for_other_hosts(m_runner.config(), claim.run), ExitStatus::try_later,
                   claim.run.id);
  }
  // A queued run serves us as well; either we or a drain takes it.
  if (claim.run.state == RunState::queued && claim.run.origin == Origin::queue) {
    if (m_server && claim.run.server != m_server) runs.note_server(claim.run.id, *m_server);
    RunReport report = wait_and_run(claim.run, false);
    if (report.state != "unknown" || report.status != ExitStatus::ok) return report;
    return std::nullopt;
  }
  const std::int64_t id = claim.run.id;
  if (m_options.wait == std::chrono::milliseconds(0)) {
    return skipped(name, fmt::format("run {} is active", id), ExitStatus::try_later, id);
  }
  wait_for_end_of(claim.run);
  if (m_runner.interrupted()) {
    return skipped(name, "interrupted while waiting", killed_by(*m_runner.interrupts().first()),
                   id);
  }
  const auto after = m_runner.session().runs.find(id);
  if (after && is_active(after->state)) {
    return skipped(name, fmt::format("run {} is still active", id), ExitStatus::try_later, id);
  }
  return std::nullopt;
}

/// Waits until a run of another process has ended, the time is up, or a signal arrives.
void Upgrader::wait_for_end_of(const Run& run) {
  const Deadline end = m_options.wait ? Deadline::in(*m_options.wait) : Deadline();
  constexpr std::chrono::milliseconds k_look_every{500};
  while (!m_runner.pause(k_look_every)) {
    m_runner.hurry(run.id);
    const auto now = m_runner.session().runs.find(run.id);
    if (!now || !is_active(now->state)) return;
    if (end.has_passed()) return;
    if (m_rules.broken(wall_now())) return;
  }
}

/// @param ours whether this process created it; otherwise it is a queued run that a drain may take
RunReport Upgrader::wait_and_run(const Run& run, bool ours) {
  Fd run_lock;
  if (ours) run_lock = m_runner.host().hold_run(run.id);
  TakeRequest request;
  request.run = run.id;
  request.run_is_held = ours;
  request.wait = m_options.wait;
  request.not_after = m_options.until;
  request.ignore_marker = m_options.force;
  RunReport report;
  try {
    Taken taken = m_runner.take(request);
    if (taken.result == TakeResult::taken) {
      if (!ours) run_lock = std::move(taken.run_lock);
      if (m_options.force) {
        m_runner.events().write(run.workspace, run.id,
                                "forced by " + signature(m_options.requested_by, m_options.reason));
      }
      report = m_runner.work(std::move(taken), run_lock, !m_options.force);
      if (!report.put_back) return report;
    } else {
      report = not_taken(run, ours, taken);
    }
  } catch (const Error& error) {
    report = unknown(run.workspace, error.message(), error.status());
    report.run = run.id;
  }
  if (ours) give_up(run, run_lock, report.detail);
  return report;
}

RunReport Upgrader::not_taken(const Run& run, bool ours, const Taken& taken) {
  if (taken.result == TakeResult::timed_out) {
    const auto rule = m_rules.broken(wall_now());
    return skipped(run.workspace,
                   rule ? m_rules.reason(*rule) : "not started: waiting for " + taken.waited_for,
                   ExitStatus::try_later, run.id);
  }
  if (taken.result == TakeResult::held) {
    return skipped(run.workspace, std::string("it has just been held") + k_force, ExitStatus::no,
                   run.id);
  }
  if (taken.result == TakeResult::not_queued) {
    // Not ours: another process took it, check again.
    return ours ? cancelled(run)
                : unknown(run.workspace, "another process took it", ExitStatus::ok);
  }
  RunReport report = skipped(run.workspace, "interrupted while waiting",
                             killed_by(m_runner.interrupts().first().value_or(SIGTERM)), run.id);
  report.state = "interrupted";
  return report;
}

/// Our run is no longer queued: a person has cancelled it or, after a cut that lasted longer than
/// its lease, recovery has, because it was taken and nothing was started.
RunReport Upgrader::cancelled(const Run& run) {
  const auto now = m_runner.session().runs.find(run.id);
  if (!now || !now->slot) {
    return skipped(run.workspace, "its run was cancelled", ExitStatus::no, run.id);
  }
  RunReport report =
      unknown(run.workspace, "not started: the database was away for longer than lease_s",
              ExitStatus::unavailable);
  report.run = run.id;
  return report;
}

void Upgrader::give_up(const Run& run, const Fd& run_lock, const std::string& why) {
  try {
    RunStore& runs = m_runner.session().runs;
    if (!runs.end_queued(run.id, RunState::cancelled, why)) {
      const auto now = runs.find(run.id);
      if (now && is_active(now->state)) return;  // the next tool recovers it
    }
    m_runner.host().forget_run(run.id, run_lock);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the next tool cancels it
  }
}

}  // namespace upkeep::upgrade
