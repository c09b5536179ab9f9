// SPDX-License-Identifier: MIT
#include "upgrade/runner/supervisor.hpp"

#include "base/boot_time.hpp"
#include "base/text.hpp"
#include "upgrade/probe/marker_file.hpp"
#include "upgrade/runner/hook_failure.hpp"
#include "upgrade/runner/log_files.hpp"
#include "upgrade/runner/run_recorder.hpp"
#include "upgrade/runner/run_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

#include <poll.h>

namespace upkeep::upgrade {

using std::chrono::milliseconds;

Supervisor::Supervisor(const RunnerContext& context, Taken taken, ProgressModel model,
                       Reinspect reinspect)
    : m_context(context),
      m_taken(std::move(taken)),
      m_meter(std::move(model)),
      m_reinspect(std::move(reinspect)),
      m_lease(m_context, m_taken) {}

void Supervisor::log(std::string_view text, Severity severity) const {
  m_context.events.write(m_taken.run.workspace, m_taken.run.id, text, severity);
}

RunReport Supervisor::run() {
  log(fmt::format("lock acquired, slot {} epoch {}", m_taken.lease.slot, m_taken.lease.epoch));
  while (!is_end(m_state)) {
    try {
      enter(step());
    } catch (const Error& error) {
      enter(fail(error));
    }
  }
  return m_state == SupervisorState::putting_back ? not_started() : report();
}

void Supervisor::enter(SupervisorState next) {
  if (!may_follow(m_state, next)) {
    throw Error(ExitStatus::internal,
                fmt::format("a supervisor cannot go from {} to {}", word(m_state), word(next)));
  }
  m_state = next;
}

/// Does the work of the current state. @returns the next state
SupervisorState Supervisor::step() {
  using Next = SupervisorState;
  switch (m_state) {
    case Next::proving_lease:
      if (lease_is_fresh()) return Next::starting;
      throw Error(ExitStatus::lock_lost, "the lease was lost before the command was started");
    case Next::starting:
      start();
      return Next::following;
    case Next::following:
      follow();
      return m_ended ? Next::concluding : Next::watching_orphan;
    case Next::watching_orphan:
      watch_orphan();
      return Next::concluding;
    case Next::concluding:
      m_judgement = conclude();
      m_judgement.ending.percent = measure();
      m_judgement.ending.bytes = m_taken.run.bytes;
      return Next::dismissing;
    case Next::dismissing:
      m_left_behind = dismiss();
      return m_unrecorded ? Next::unrecorded : Next::recording;
    case Next::recording:
      record();
      return m_unrecorded ? Next::unrecorded : Next::recorded;
    default:
      return m_state;
  }
}

/// @returns the state that follows one that failed; if there is none, rethrows the error
SupervisorState Supervisor::fail(const Error& error) {
  m_judgement.ending.detail = error.message();
  m_judgement.status = error.status();
  if (!m_guardian) return SupervisorState::putting_back;
  if (!may_follow(m_state, SupervisorState::dismissing)) throw;
  m_judgement.ending.state = RunState::failed;
  return SupervisorState::dismissing;
}

void Supervisor::start() {
  const RunLogs logs = create_run_logs(m_context.config, m_taken.run.log.value());
  m_guardian.emplace(guard::Guardian::start(spec_for(m_context, m_taken, m_lease.renewed_at()),
                                            m_taken.slot_lock, logs.log, logs.hooks));
  m_taken.slot_lock.reset();  // now only the guardian's: our copy must not outlive it
  log(fmt::format("started, guardian {}", m_guardian->pid()));
}

/// Inspecting the workspace may have taken long, or we were frozen: nothing may be started under a
/// lease that another process may have taken.
bool Supervisor::lease_is_fresh() {
  const Deadline patience = Deadline::in(m_context.config.upgrade.lease);
  while (!m_lease.is_lost() && !patience.has_passed()) {
    if (m_lease.is_fresh()) return true;
    keep_lease();
    wait_for_events(milliseconds(100));
  }
  return m_lease.is_fresh();
}

/// Returns when the guardian has sent its verdict, or has exited.
void Supervisor::follow() {
  while (!m_ended && !m_gone) {
    wait_for_events(std::clamp(m_lease.idle(), milliseconds(10), milliseconds(500)));
    take_signals();
    take_messages();
    tell_progress();
    keep_lease();
  }
  if (!m_ended) read_saved_status();
}

/// Reads the last status that a killed guardian wrote: other tools have seen it, and it may be
/// newer than the last message we received. It may even contain the verdict.
void Supervisor::read_saved_status() {
  auto saved = guard::read_status(m_context.host.status_path(m_taken.run.id));
  if (!saved || saved->epoch != m_taken.lease.epoch) return;
  m_ended = saved->verdict.has_value();
  if (m_ended || saved->lines > m_status.lines) m_status = std::move(*saved);
}

void Supervisor::wait_for_events(milliseconds longest) {
  std::array<pollfd, 3> fds{{{m_context.interrupts.fd(), POLLIN, 0},
                             {m_context.worker.fd(), POLLIN, 0},
                             {m_gone || !m_guardian ? -1 : m_guardian->fd(), POLLIN, 0}}};
  ::poll(fds.data(), fds.size(), poll_timeout(longest));
  m_context.worker.drain();
}

void Supervisor::take_signals() {
  while (const auto number = m_context.interrupts.take()) {
    log(fmt::format("signal {}: {}", *number, m_signals == 0 ? "stopping" : "killing"));
    if (m_signals++ == 0) {
      m_guardian->stop();
    } else {
      m_guardian->kill();
    }
  }
}

void Supervisor::take_messages() {
  using Kind = guard::Message::Kind;
  while (!m_gone) {
    auto message = m_guardian->receive();
    if (!message) return;
    switch (message->kind) {
      case Kind::ended:
        m_ended = true;
        [[fallthrough]];
      case Kind::status:
        m_status = std::move(message->status);
        break;
      case Kind::hook_ended:
        m_hook = message->hook;
        break;
      case Kind::lingering:
        m_lingering = message->count;
        break;
      case Kind::gone:
        m_gone = true;
        m_guardian_status = message->exit_status;
        break;
    }
  }
}

int Supervisor::measure() {
  const BootTime now = BootClock::now();
  return m_meter.percent(Moment::of(m_status, in_seconds(now - m_taken.leased_at), now));
}

/// Has the progress recorded if there is any: also within a step, where the command is silent.
void Supervisor::tell_progress() {
  constexpr milliseconds k_much{2000};
  RunProgress progress{.lines = m_status.lines,
                       .percent = measure(),
                       .step = m_status.step,
                       .left = m_meter.left(),
                       .bytes = m_taken.run.bytes};
  const BootTime end = BootClock::now() + progress.left.value_or(milliseconds(0));
  const milliseconds moved = end > m_told_end ? end - m_told_end : m_told_end - end;
  const bool tells_more = progress.percent > m_told.percent || progress.lines != m_told.lines ||
                          progress.step != m_told.step || !m_told.bytes;
  const bool ends_elsewhere = progress.left && moved > std::max(k_much, *progress.left / 20);
  if (!tells_more && !ends_elsewhere) return;
  m_told = progress;
  if (!m_told.bytes) m_told.bytes = 0;  // that it is unknown need not be repeated
  m_told_end = end;
  m_lease.tell(std::move(progress));
}

void Supervisor::keep_lease() {
  const LeaseRenewer::Event event = m_lease.turn();
  if (!m_guardian) return;
  if (event == LeaseRenewer::Event::renewed) m_guardian->renewed(m_lease.renewed_at());
  const bool kill_policy = m_context.config.upgrade.on_lock_loss == config::OnLockLoss::kill;
  if (event == LeaseRenewer::Event::lost && kill_policy) m_guardian->stop();
}

/// The guardian was killed. Its command may still be running, and then holds the host lock: waits
/// for that.
void Supervisor::watch_orphan() {
  log("the guardian was killed", Severity::warning);
  const pid_t group = static_cast<pid_t>(m_status.command_pid);
  const bool kill_policy = m_context.config.upgrade.on_lock_loss == config::OnLockLoss::kill;
  if (kill_policy && group > 1) ::kill(-group, SIGTERM);
  const Deadline kill_at = Deadline::in(m_context.config.upgrade.grace);
  while (!m_context.host.try_slot_lock(m_taken.lease.slot)) {
    wait_for_events(milliseconds(200));
    while (m_context.interrupts.take()) {
      if (group > 1) ::kill(-group, m_signals++ == 0 ? SIGTERM : SIGKILL);
    }
    if (kill_policy && group > 1 && kill_at.has_passed()) ::kill(-group, SIGKILL);
    keep_lease();
  }
}

RunVerdict Supervisor::conclude() {
  if (!m_ended)
    return judge_lost("its guardian was killed, so how the command ended is unknown",
                      m_status.lines);
  WorkspaceStatus probes;
  if (needs_probes(m_status)) {
    const auto read = read_probes();
    if (!read) {
      m_unrecorded = true;
      RunVerdict judgement;
      judgement.status = m_unseen.empty() ? ExitStatus::unavailable : ExitStatus::partial;
      return judgement;
    }
    probes = *read;
  }
  RunVerdict judgement = judge(m_status, probes);
  if (judgement.ending.state == RunState::succeeded) {
    run_after_hook(judgement.ending);
    clear_marker();
  }
  if (judgement.ending.state == RunState::interrupted && m_context.interrupts.first()) {
    judgement.status = killed_by(*m_context.interrupts.first());
  }
  return judgement;
}

/// Inspects the target's probes; retries for lease_s while they cannot be read.
std::optional<WorkspaceStatus> Supervisor::read_probes() {
  const Deadline patience = Deadline::in(m_context.config.upgrade.lease);
  for (;;) {
    try {
      WorkspaceStatus status = m_reinspect(m_taken.run.workspace, m_taken.run.target);
      if (status.target_holds != Answer::unknown || does_not_exist(status)) return status;
      m_unseen = status.away ? "" : status.problem;
    } catch (const Error& error) {
      m_unseen.clear();
      if (error.status() != ExitStatus::unavailable && error.status() != ExitStatus::try_later)
        throw;
    }
    if (patience.has_passed()) return std::nullopt;
    wait_for_events(milliseconds(200));
    keep_lease();
  }
}

void Supervisor::run_after_hook(Ending& ending) {
  if (m_context.config.upgrade.after.empty()) return;
  if (m_gone) {  // we were frozen for longer than a lease: the slot may have been taken
    add_clause(ending.detail, "the after hook did not run: the guardian had exited");
    return;
  }
  m_guardian->after(filled(m_context.config.upgrade.after, m_taken.run));
  while (!m_hook && !m_gone) {
    wait_for_events(milliseconds(200));
    take_signals();
    take_messages();
    keep_lease();
  }
  if (const std::string why = hook_failure(m_hook); !why.empty())
    add_clause(ending.detail, "the after hook " + why);
}

/// After a confirmed success, an older run's marker of this workspace is obsolete.
void Supervisor::clear_marker() {
  const auto& path = m_context.config.upgrade.marker;
  try {
    if (remove_marker_of(path, m_taken.run.workspace))
      log(fmt::format("removed {}, which still named it", path.string()));
  } catch (const Error& error) {
    log(error.what(), Severity::warning);
  }
}

/// Dismisses the guardian. @returns whether processes are left that hold the host lock
bool Supervisor::dismiss() {
  if (!m_guardian) return false;
  m_guardian->done();
  const Deadline patience = Deadline::in(milliseconds(2000));
  while (!m_gone && m_lingering == 0 && !patience.has_passed()) {
    wait_for_events(milliseconds(100));
    take_messages();
  }
  if (!m_gone || m_guardian_status == 0) return !m_gone;
  // A killed guardian does not report processes that the command left behind. The host lock shows
  // them, once a guardian that only lost its reaper has exited as well.
  while (!m_context.host.try_slot_lock(m_taken.lease.slot)) {
    if (patience.has_passed()) return true;
    wait_for_events(milliseconds(100));
  }
  return false;
}

void Supervisor::record() {
  Ending& ending = m_judgement.ending;
  if (m_left_behind) {
    add_clause(ending.detail, fmt::format("{} processes that it left behind hold the host lock",
                                          std::max(1, m_lingering)));
  }
  std::optional<bool> ours;
  try {
    ours = record_end(m_context, m_taken, ending, m_status, m_left_behind, m_lease.patience());
  } catch (const Error& error) {
    log(error.what(), Severity::warning);
    ending.detail = error.message();
  }
  if (!ours) {
    m_unrecorded = true;
    m_judgement.status = ExitStatus::unavailable;
    return;
  }
  if (!*ours) {
    m_judgement.status = ExitStatus::lock_lost;
    ending.detail = fmt::format("the lock was lost during the run; the command {}",
                                ending.detail.empty() ? "succeeded" : "ended: " + ending.detail);
    ending.state = RunState::lost;
  }
  const std::string_view gap = ending.detail.empty() ? "" : " ";
  log(fmt::format("{}{}{}", word(ending.state), gap, ending.detail), severity_of(ending.state));
  if (!m_left_behind) m_context.host.forget_run(m_taken.run.id, m_context.run_lock);
}

/// The log, the guardian or the lease was unavailable, which says nothing about the workspace.
RunReport Supervisor::not_started() {
  m_taken.slot_lock.reset();
  RunReport report =
      skipped(m_taken.run.workspace, m_judgement.ending.detail, m_judgement.status, m_taken.run.id);
  report.put_back = true;
  return report;
}

RunReport Supervisor::report() const {
  RunReport report = report_of(m_taken.run, m_judgement, m_status);
  if (m_unrecorded) {
    report.state = "unknown";
    report.detail =
        fmt::format("{}: the verdict is kept in {}; the next tool {}",
                    m_unseen.empty() ? "the database remained unavailable"
                                     : "the command has ended; " + m_unseen,
                    m_context.host.status_path(m_taken.run.id).string(),
                    m_unseen.empty() ? "records it" : "that can inspect the workspace records it");
    log(report.detail);
  }
  return report;
}

}  // namespace upkeep::upgrade
