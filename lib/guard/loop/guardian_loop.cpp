// SPDX-License-Identifier: MIT
#include "guard/loop/guardian_loop.hpp"

#include "base/error.hpp"
#include "guard/process/descendants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

namespace upkeep::guard {

namespace {

/// A descriptor for the signals that the loop reads, which are blocked from now on.
Fd open_signals() {
  sigset_t wanted{};
  ::sigemptyset(&wanted);
  for (const int signal_number : {SIGTERM, SIGINT, SIGQUIT, SIGCHLD}) {
    ::sigaddset(&wanted, signal_number);
  }
  ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
  return Fd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Descendants often end shortly after the command.
constexpr std::chrono::milliseconds k_patience{100};
/// Wait this long for lines in quick succession to accumulate.
constexpr int k_gather_ms = 1;
/// The exit status of a command that could not be started.
constexpr int k_not_started = 126;

}  // namespace

GuardianLoop::GuardianLoop(Spec spec, Fd socket, int log_fd, int hooks_log_fd)
    : m_spec(std::move(spec)),
      m_link(std::move(socket)),
      m_log(log_fd),
      m_hooks_log(hooks_log_fd),
      m_scanner(m_spec.rules),
      m_pump(m_log, m_hooks_log, m_scanner),
      m_progress(m_spec, m_link, m_scanner),
      m_signals(open_signals()),
      m_lease(m_spec.policy, m_spec.lease, m_spec.renewed_at.value_or(BootClock::now())),
      m_linger_at(k_never),
      m_started_at(BootClock::now()),
      m_started_at_wall(wall_now()) {}

void GuardianLoop::run() {
  for (BootTime now = m_started_at;; now = BootClock::now()) {
    // The first program is started before any signal or order is read.
    if (m_state != GuardianState::starting) {
      read_signals(now);
      reap(now);
      read_orders(now);
    }
    advance(now);
    m_progress.tick(now);
    m_link.flush();
    if (m_state == GuardianState::absent) return;
    wait();
  }
}

void GuardianLoop::wait() {
  m_timer.set(next_deadline());
  std::vector<pollfd> set{
      {m_signals.get(), POLLIN, 0}, {m_timer.fd(), POLLIN, 0}, {m_link.fd(), m_link.events(), 0}};
  if (m_pump.trickles()) ::poll(set.data(), set.size(), k_gather_ms);  // not the pipes yet
  m_pump.append_to(set);
  if (::poll(set.data(), set.size(), -1) <= 0) return;
  if (m_pump.read_ready(set, BootClock::now())) m_progress.changed();
}

BootTime GuardianLoop::next_deadline() const {
  BootTime next = std::min(m_progress.due(), m_terminator.due());
  const bool lease_ends_programs =
      m_spec.policy == Policy::kill && !m_end_requests.has(Stopped::lease);
  if (lease_ends_programs || m_state == GuardianState::concluded)
    next = std::min(next, m_lease.end());
  if (m_state == GuardianState::leaving) next = std::min(next, m_linger_at);
  if (m_job) next = std::min(next, job_runs() ? time_limit() : m_job->ended_at() + m_spec.grace);
  return next;
}

void GuardianLoop::read_signals(BootTime now) {
  signalfd_siginfo info{};
  while (::read(m_signals.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo != SIGCHLD) stop(now);
  }
}

/// Reaps children that have ended. @returns whether a child is left
bool GuardianLoop::reap(BootTime now) {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return pid == 0;
    if (m_job && pid == m_job->pid() && m_job->running()) m_job->reaped(status, now);
  }
}

void GuardianLoop::read_orders(BootTime now) {
  for (const Order& order : m_link.receive()) obey(order, now);
}

void GuardianLoop::obey(const Order& order, BootTime now) {
  switch (order.kind) {
    case Order::Kind::renewed:
      m_lease.renewed(order.asked_at, now);
      return;
    case Order::Kind::stop:
      if (runs_program(m_state)) stop(now);
      return;
    case Order::Kind::kill:
      if (runs_program(m_state)) kill(now);
      return;
    case Order::Kind::after:
      run_after_hook(order.argv, now);
      return;
    case Order::Kind::done:
      m_done = true;
      return;
  }
}

void GuardianLoop::advance(BootTime now) {
  watch_lease(now);
  watch_time_limit(now);
  if (m_job && now >= m_terminator.due()) m_job->kill();  // first its whole group at once
  m_terminator.tick(now);
  while (const auto event = awaited_event(now)) handle(*event, now);
}

// --- the states

/// The event that the current state waits for, if it has occurred.
std::optional<GuardianEvent> GuardianLoop::awaited_event(BootTime now) {
  switch (m_state) {
    case GuardianState::starting:
      // ws-upgrade may have been suspended before it started us: another host may have the slot.
      if (m_lease.must_kill(m_link.gone(), now)) return GuardianEvent::refused;
      return m_spec.before.empty() ? GuardianEvent::command_due : GuardianEvent::hook_due;
    case GuardianState::before_hook:
    case GuardianState::command:
    case GuardianState::after_hook:
      if (!job_is_over(now)) return std::nullopt;
      return m_job->clean() && m_end_requests.first() == Stopped::no ? GuardianEvent::succeeded
                                                                     : GuardianEvent::failed;
    case GuardianState::concluded:
      if (is_dismissed(now)) return GuardianEvent::dismissed;
      return std::nullopt;
    case GuardianState::leaving:
    case GuardianState::lingering:
      if (!reap(now)) return GuardianEvent::childless;
      if (m_spec.policy == Policy::kill && !m_terminator.active())
        end_everything(Stopped::lease, m_lease.grace(m_spec.grace), now);
      if (m_state == GuardianState::leaving && now >= m_linger_at)
        return GuardianEvent::patience_over;
      return std::nullopt;
    case GuardianState::absent:
      break;
  }
  return std::nullopt;
}

void GuardianLoop::handle(GuardianEvent event, BootTime now) {
  const auto next = next_state(m_state, event);
  if (!next) {
    throw Error(ExitStatus::internal,
                fmt::format("a guardian that is {} cannot be {}", word(m_state), word(event)));
  }
  const GuardianState from = std::exchange(m_state, *next);
  enter(from, now);
}

/// Performs the entry action of the current state.
void GuardianLoop::enter(GuardianState from, BootTime now) {
  switch (m_state) {
    case GuardianState::starting:
      return;
    case GuardianState::before_hook:
      return start(JobKind::before, m_spec.before, now);
    case GuardianState::command:
      if (m_job) m_pump.drain(m_job->number(), now);
      return start(JobKind::command, m_spec.argv, now);
    case GuardianState::after_hook:
      m_leftovers = children();
      return start(JobKind::after, m_after, now);
    case GuardianState::concluded:
      if (from == GuardianState::starting) return refuse();
      m_pump.drain(m_job->number(), now);
      if (from == GuardianState::after_hook) {
        answer_hook({.exit_status = m_job->exit_status(),
                     .timed_out = m_job->timed_out,
                     .stopped = m_job->stopped,
                     .spawn_error = m_job->spawn_error()});
      } else {
        conclude(now);
      }
      m_job.reset();
      return;
    case GuardianState::leaving:
      m_linger_at = now + k_patience;
      return;
    case GuardianState::lingering:
      return tell_lingering();
    case GuardianState::absent:
      m_pump.drain_all(now);
      return;
  }
}

void GuardianLoop::start(JobKind kind, const std::vector<std::string>& argv, BootTime now) {
  const Program program{argv, m_spec.directory, m_spec.environment, m_spec.umask,
                        m_spec.policy == Policy::kill};
  m_job.emplace(++m_jobs, kind, program, now);
  if (kind == JobKind::command) {
    m_scanner.start(now);
    m_pump.add_command(m_jobs, m_job->take_out(), m_job->take_err());
  } else {
    m_pump.add_hook(m_jobs, m_job->take_out(), m_job->take_err());
  }
  const Phase phase = kind == JobKind::before ? Phase::before : Phase::command;
  if (kind != JobKind::after) m_progress.running(phase, std::max(m_job->pid(), 0));
}

bool GuardianLoop::job_is_over(BootTime now) const {
  if (!m_job || m_job->running()) return false;
  return !m_pump.is_open(m_job->number()) || now >= m_job->ended_at() + m_spec.grace;
}

/// Makes the verdict on the hook or command that has ended.
void GuardianLoop::conclude(BootTime now) {
  m_scanner.finish(now);
  m_pump.stop_scanning();
  Verdict verdict;
  verdict.exit_status = m_job->exit_status();
  verdict.phase = m_job->kind() == JobKind::before ? Phase::before : Phase::command;
  verdict.timed_out = m_job->timed_out;
  // A command that exited before it could be stopped does not count as stopped.
  verdict.stopped = verdict.phase == Phase::before ? m_end_requests.first() : m_job->stopped;
  verdict.spawn_error = m_job->spawn_error();
  verdict.success = verdict.phase == Phase::command && m_scanner.success();
  verdict.failure_line = m_scanner.failure_line().value_or("");
  verdict.last_line = m_scanner.last_line();
  verdict.last_error = m_scanner.last_error();
  verdict.dropped_bytes = m_log.dropped_bytes() + m_hooks_log.dropped_bytes();
  verdict.log_error = m_log.error().empty() ? m_hooks_log.error() : m_log.error();
  verdict.seconds = in_seconds(now - m_started_at);
  verdict.started_at = m_started_at_wall;
  verdict.ended_at = wall_now();
  m_progress.ended(verdict);
}

/// Makes a verdict without starting anything, because the lease has expired.
void GuardianLoop::refuse() {
  m_end_requests.add(Stopped::lease);
  Verdict verdict;
  verdict.exit_status = k_not_started;
  verdict.stopped = Stopped::lease;
  verdict.started_at = verdict.ended_at = m_started_at_wall;
  m_progress.ended(verdict);
}

void GuardianLoop::run_after_hook(const std::vector<std::string>& argv, BootTime now) {
  if (m_state != GuardianState::concluded || argv.empty()) return;
  if (const Stopped cause = m_end_requests.first(); cause != Stopped::no) {
    answer_hook({.exit_status = 128 + SIGTERM, .stopped = cause});  // it would be killed at once
    return;
  }
  m_after = argv;
  handle(GuardianEvent::hook_due, now);
}

void GuardianLoop::answer_hook(const HookEnd& end) {
  Message message;
  message.kind = Message::Kind::hook_ended;
  message.hook = end;
  m_link.send(message);
}

bool GuardianLoop::is_dismissed(BootTime now) const {
  return m_done || m_link.gone() || m_lease.is_over(now);
}

void GuardianLoop::tell_lingering() {
  Message message;
  message.kind = Message::Kind::lingering;
  message.count = count_descendants();
  m_link.send(message);
}

// --- the limits

BootTime GuardianLoop::time_limit() const {
  const bool unlimited =
      m_spec.timeout.count() == 0 || m_job->timed_out || m_job->stopped != Stopped::no;
  return unlimited ? k_never : m_job->started_at() + m_spec.timeout;
}

void GuardianLoop::watch_lease(BootTime now) {
  if (m_end_requests.has(Stopped::lease)) return;
  if (!m_lease.must_kill(m_link.gone() || m_done, now)) return;
  m_end_requests.add(Stopped::lease);
  if (m_job) end_everything(Stopped::lease, m_lease.grace(m_spec.grace), now);
}

void GuardianLoop::watch_time_limit(BootTime now) {
  if (!job_runs() || now < time_limit()) return;
  m_job->timed_out = true;
  m_job->terminate();
  // A hook's time limit does not end processes that the command has left behind.
  m_terminator.at(now + m_spec.grace, m_leftovers);
}

void GuardianLoop::stop(BootTime now) {
  if (m_end_requests.add(Stopped::signal)) {
    end_everything(Stopped::signal, m_spec.grace, now);
  } else {
    kill(now);
  }
}

void GuardianLoop::kill(BootTime now) {
  end_everything(Stopped::signal, std::chrono::milliseconds(0), now);
}

/// Sends SIGTERM now, and SIGKILL to everything that is left after `grace`; if that is 0, now.
void GuardianLoop::end_everything(Stopped cause, std::chrono::milliseconds grace, BootTime now) {
  m_end_requests.add(cause);
  if (job_runs()) {
    if (m_job->stopped == Stopped::no) m_job->stopped = cause;
    if (grace.count() > 0) m_job->terminate();
  } else if (grace.count() > 0) {
    signal_descendants(SIGTERM);
  }
  m_terminator.at(now + grace);
}

}  // namespace upkeep::guard
