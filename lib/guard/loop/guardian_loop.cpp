// SPDX-License-Identifier: MIT
#include "guard/loop/guardian_loop.hpp"

#include "base/time.hpp"
#include "guard/process/descendants.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

namespace upkeep::guard {

namespace {

/// The signals that the loop reads; blocked while it runs.
Fd open_signals() {
  sigset_t wanted{};
  ::sigemptyset(&wanted);
  for (const int signal_number : {SIGTERM, SIGINT, SIGQUIT, SIGCHLD}) {
    ::sigaddset(&wanted, signal_number);
  }
  ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
  return Fd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Descendants are often just about to end when the command has.
constexpr std::int64_t k_patience_ms = 100;
/// For lines that follow one another quickly to become a piece worth reading.
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
      m_timer(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
      m_lease(m_spec.policy, m_spec.lease,
              m_spec.renewed_at != 0 ? m_spec.renewed_at : boot_clock_ms()),
      m_started_at(boot_clock_ms()),
      m_started_at_wall(wall_now().time_since_epoch().count()) {}

void GuardianLoop::run() {
  if (m_lease.must_kill(m_link.gone(), boot_clock_ms())) {
    refuse();
  } else if (m_spec.before.empty()) {
    start(JobKind::command, m_spec.argv, m_started_at);
  } else {
    start(JobKind::before, m_spec.before, m_started_at);
  }
  while (!m_left) {
    const std::int64_t now = boot_clock_ms();
    read_signals();
    reap(now);
    read_orders(now);
    advance(now);
    m_progress.tick(now);
    m_link.flush();
    if (!m_left) wait();
  }
}

void GuardianLoop::wait() {
  arm_timer();
  std::vector<pollfd> set{
      {m_signals.get(), POLLIN, 0}, {m_timer.get(), POLLIN, 0}, {m_link.fd(), m_link.events(), 0}};
  if (m_pump.trickles()) ::poll(set.data(), set.size(), k_gather_ms);  // all but the pipes
  m_pump.append_to(set);
  if (::poll(set.data(), set.size(), -1) <= 0) return;
  if (m_pump.read_ready(set, boot_clock_ms())) m_progress.changed();
}

void GuardianLoop::arm_timer() const {
  const std::int64_t next = next_deadline();
  itimerspec when{};
  if (next != k_never) {
    // A moment that is past rings at once; zero would disarm it.
    const std::int64_t ms = std::max<std::int64_t>(next, 1);
    when.it_value.tv_sec = ms / 1000;
    when.it_value.tv_nsec = ms % 1000 * 1'000'000;
  }
  ::timerfd_settime(m_timer.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

std::int64_t GuardianLoop::next_deadline() const {
  std::int64_t next =
      std::min({m_progress.due(), m_terminator.due(), m_linger_at.value_or(k_never)});
  if (m_job)
    next = std::min(next, job_runs() ? time_limit() : m_job->ended_at() + m_spec.grace.count());
  const bool lease_matters =
      m_spec.policy == Policy::kill ? !m_lease_lost : m_concluded && !m_job && !m_leaving;
  if (lease_matters) next = std::min(next, m_lease.end());
  return next;
}

void GuardianLoop::read_signals() {
  signalfd_siginfo info{};
  while (::read(m_signals.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo != SIGCHLD) stop(boot_clock_ms());
  }
}

void GuardianLoop::reap(std::int64_t now) {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) {
      m_has_children = pid == 0;
      return;
    }
    if (m_job && pid == m_job->pid() && m_job->running()) m_job->reaped(status, now);
  }
}

void GuardianLoop::read_orders(std::int64_t now) {
  for (const Order& order : m_link.receive()) obey(order, now);
}

void GuardianLoop::obey(const Order& order, std::int64_t now) {
  switch (order.kind) {
    case Order::Kind::renewed:
      m_lease.renewed(order.boot_ms, now);
      return;
    case Order::Kind::stop:
      if (!m_concluded || m_job) stop(now);
      return;
    case Order::Kind::kill:
      if (!m_concluded || m_job) kill(now);
      return;
    case Order::Kind::after:
      run_after_hook(order.argv, now);
      return;
    case Order::Kind::done:
      m_done = true;
      return;
  }
}

void GuardianLoop::advance(std::int64_t now) {
  watch_lease(now);
  watch_time_limit(now);
  if (m_job && now >= m_terminator.due()) m_job->kill();  // its whole group in one blow, first
  m_terminator.tick(now);
  if (job_is_over(now)) end_job(now);
  if (m_concluded && !m_job) consider_leaving(now);
}

// --- the stages

void GuardianLoop::start(JobKind kind, const std::vector<std::string>& argv, std::int64_t now) {
  const Program program{argv, m_spec.directory, m_spec.environment, m_spec.umask,
                        m_spec.policy == Policy::kill};
  m_job.emplace(++m_jobs, kind, program, now);
  if (kind == JobKind::command) {
    m_pump.add_command(m_jobs, m_job->take_out(), m_job->take_err());
  } else {
    m_pump.add_hook(m_jobs, m_job->take_out(), m_job->take_err());
  }
  m_has_children = true;
  const Phase phase = kind == JobKind::before ? Phase::before : Phase::command;
  if (!m_concluded) m_progress.running(phase, std::max(m_job->pid(), 0));
}

bool GuardianLoop::job_is_over(std::int64_t now) const {
  if (!m_job || m_job->running()) return false;
  return !m_pump.is_open(m_job->number()) || now >= m_job->ended_at() + m_spec.grace.count();
}

void GuardianLoop::end_job(std::int64_t now) {
  m_pump.drain(m_job->number(), now);
  switch (m_job->kind()) {
    case JobKind::before:
      if (m_job->clean() && m_reason.empty()) {
        start(JobKind::command, m_spec.argv, now);
        return;
      }
      conclude(Phase::before, now);
      break;
    case JobKind::command:
      conclude(Phase::command, now);
      break;
    case JobKind::after:
      answer_hook();
      break;
  }
  m_job.reset();
}

void GuardianLoop::conclude(Phase phase, std::int64_t now) {
  m_scanner.finish(now);
  m_pump.stop_scanning();
  Verdict verdict;
  verdict.exit_status = m_job->exit_status();
  verdict.phase = phase;
  verdict.timed_out = m_job->timed_out;
  // A command that ended by itself before it could be stopped was not stopped.
  verdict.stopped = phase == Phase::before ? m_reason : m_job->stopped;
  verdict.spawn_error = m_job->spawn_error();
  verdict.success = phase == Phase::command && m_scanner.success();
  verdict.failure_line = m_scanner.failure_line().value_or("");
  verdict.last_line = m_scanner.last_line();
  verdict.last_error = m_scanner.last_error();
  verdict.dropped_bytes = m_log.dropped_bytes() + m_hooks_log.dropped_bytes();
  verdict.log_error = m_log.error().empty() ? m_hooks_log.error() : m_log.error();
  verdict.seconds = static_cast<double>(now - m_started_at) / 1000.0;
  verdict.started_at = m_started_at_wall;
  verdict.ended_at = wall_now().time_since_epoch().count();
  m_concluded = true;
  m_progress.ended(verdict);
}

/// ws-upgrade was suspended before it started us: another host may have the slot by now.
void GuardianLoop::refuse() {
  m_reason = "lease";
  m_lease_lost = true;
  m_concluded = true;
  Verdict verdict;
  verdict.exit_status = k_not_started;
  verdict.stopped = m_reason;
  verdict.started_at = verdict.ended_at = m_started_at_wall;
  m_progress.ended(verdict);
}

void GuardianLoop::run_after_hook(const std::vector<std::string>& argv, std::int64_t now) {
  if (!m_concluded || m_job || m_leaving || argv.empty()) return;
  if (!m_reason.empty()) {  // it would not live long
    Message message;
    message.kind = Message::Kind::hook_ended;
    message.hook.exit_status = 128 + SIGTERM;
    message.hook.stopped = m_reason;
    m_link.send(message);
    return;
  }
  m_leftovers = children();
  start(JobKind::after, argv, now);
}

void GuardianLoop::answer_hook() {
  Message message;
  message.kind = Message::Kind::hook_ended;
  message.hook = {m_job->exit_status(), m_job->timed_out, m_job->stopped, m_job->spawn_error()};
  m_link.send(message);
}

void GuardianLoop::consider_leaving(std::int64_t now) {
  m_leaving = m_leaving || m_done || m_link.gone() || m_lease.is_over(now);
  if (!m_leaving) return;
  reap(now);
  if (!m_has_children) {
    m_pump.drain_all(now);
    m_left = true;
    return;
  }
  if (m_spec.policy == Policy::kill && !m_terminator.active()) {
    end_everything("lease", m_lease.grace(m_spec.grace), now);
  }
  if (!m_linger_at) m_linger_at = now + k_patience_ms;
  if (now < *m_linger_at) return;
  Message message;
  message.kind = Message::Kind::lingering;
  message.count = count_descendants();
  m_link.send(message);
  m_linger_at = k_never;
}

// --- the limits

std::int64_t GuardianLoop::time_limit() const {
  const bool unlimited = m_spec.timeout.count() == 0 || m_job->timed_out || !m_job->stopped.empty();
  return unlimited ? k_never : m_job->started_at() + m_spec.timeout.count();
}

void GuardianLoop::watch_lease(std::int64_t now) {
  if (m_lease_lost || !m_lease.must_kill(m_link.gone() || m_done, now)) return;
  m_lease_lost = true;
  if (m_job) end_everything("lease", m_lease.grace(m_spec.grace), now);
}

void GuardianLoop::watch_time_limit(std::int64_t now) {
  if (!job_runs() || now < time_limit()) return;
  m_job->timed_out = true;
  m_job->terminate();
  // A hook's time limit does not end processes that the command has left behind.
  m_terminator.at(now + m_spec.grace.count(), m_leftovers);
}

void GuardianLoop::stop(std::int64_t now) {
  if (m_stop_asked) {
    kill(now);
    return;
  }
  m_stop_asked = true;
  end_everything("signal", m_spec.grace, now);
}

void GuardianLoop::kill(std::int64_t now) {
  m_stop_asked = true;
  end_everything("signal", std::chrono::milliseconds(0), now);
}

/// SIGTERM now, SIGKILL to all that is left after `grace`; where there is none, SIGKILL now.
void GuardianLoop::end_everything(const std::string& reason, std::chrono::milliseconds grace,
                                  std::int64_t now) {
  if (m_reason.empty()) m_reason = reason;
  if (job_runs()) {
    if (m_job->stopped.empty()) m_job->stopped = reason;
    if (grace.count() > 0) m_job->terminate();
  } else if (grace.count() > 0) {
    signal_descendants(SIGTERM);
  }
  m_terminator.at(now + grace.count());
}

}  // namespace upkeep::guard
