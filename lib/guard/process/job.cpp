// SPDX-License-Identifier: MIT
#include "guard/process/job.hpp"

#include "base/process.hpp"

#include <csignal>
#include <utility>

namespace upkeep::guard {

Job::Job(int number, JobKind kind, Program program, BootTime now)
    : m_number(number),
      m_kind(kind),
      m_program(std::move(program)),
      m_launched(launch(m_program)),
      m_started_at(now) {
  if (m_launched.pid > 0) return;
  m_ended_at = now;
  m_exit_status = LaunchError().exit_status;
  m_spawn_error = m_launched.error;
}

void Job::terminate() const {
  // Once its process is reaped, its PID may be reused.
  if (!running()) return;
  ::kill(-pid(), SIGTERM);
  ::kill(-pid(), SIGCONT);
}

void Job::kill() const {
  if (running()) ::kill(-pid(), SIGKILL);
}

void Job::reaped(int wait_status, BootTime now) {
  m_ended_at = now;
  m_exit_status = exit_status_of(wait_status);
  const LaunchError error = read_report(m_launched.report, m_program);
  m_launched.report.reset();
  if (error.text.empty()) return;
  m_spawn_error = error.text;
  m_exit_status = error.exit_status;
}

}  // namespace upkeep::guard
