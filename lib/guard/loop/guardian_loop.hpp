// SPDX-License-Identifier: MIT
// The guardian's loop: one run, from the before hook to the end of the last descendant.
#pragma once

#include "base/boot_time.hpp"
#include "base/fd.hpp"
#include "base/time.hpp"
#include "guard/logscan/log_scanner.hpp"
#include "guard/loop/boot_timer.hpp"
#include "guard/loop/guardian_state.hpp"
#include "guard/loop/lease_watch.hpp"
#include "guard/loop/output_pump.hpp"
#include "guard/loop/spec.hpp"
#include "guard/loop/status_reporter.hpp"
#include "guard/loop/supervisor_link.hpp"
#include "guard/process/job.hpp"
#include "guard/process/terminator.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::guard {

/// One thread, one poll(2); for the states and events see guardian_state.hpp.
class GuardianLoop {
 public:
  /// @param log_fd, hooks_log_fd stay open; -1: none
  /// @throws DataError if a rule of the profile is not a regular expression
  GuardianLoop(Spec spec, Fd socket, int log_fd, int hooks_log_fd);

  /// Returns when no descendant needs the slot lock any more.
  void run();

 private:
  // The loop
  void wait();
  [[nodiscard]] BootTime next_deadline() const;
  void read_signals(BootTime now);
  bool reap(BootTime now);
  void read_orders(BootTime now);
  void obey(const Order& order, BootTime now);
  void advance(BootTime now);

  // The states
  std::optional<GuardianEvent> awaited_event(BootTime now);
  void handle(GuardianEvent event, BootTime now);
  void enter(GuardianState from, BootTime now);
  void start(JobKind kind, const std::vector<std::string>& argv, BootTime now);
  [[nodiscard]] bool job_is_over(BootTime now) const;
  void conclude(BootTime now);
  void refuse();
  void run_after_hook(const std::vector<std::string>& argv, BootTime now);
  void answer_hook(const HookEnd& end);
  [[nodiscard]] bool is_dismissed(BootTime now) const;
  void tell_lingering();

  // The limits
  [[nodiscard]] bool job_runs() const { return m_job && m_job->running(); }
  [[nodiscard]] BootTime time_limit() const;
  void watch_lease(BootTime now);
  void watch_time_limit(BootTime now);
  void stop(BootTime now);
  void kill(BootTime now);
  void end_everything(Stopped cause, std::chrono::milliseconds grace, BootTime now);

  Spec m_spec;
  SupervisorLink m_link;
  LogSink m_log, m_hooks_log;
  LogScanner m_scanner;
  OutputPump m_pump;
  Progress m_progress;
  Terminator m_terminator;
  Fd m_signals;
  BootTimer m_timer;

  GuardianState m_state = GuardianState::starting;
  EndRequests m_end_requests;
  LeaseWatch m_lease;
  std::optional<Job> m_job;  ///< while runs_program(m_state)
  int m_jobs = 0;
  std::vector<std::string> m_after;  ///< the after hook
  std::vector<pid_t> m_leftovers;    ///< children left by the command when the after hook began
  bool m_done = false;               ///< the supervisor has dismissed us
  BootTime m_linger_at;              ///< while leaving: when to report that descendants are left
  BootTime m_started_at;
  WallTime m_started_at_wall;
};

}  // namespace upkeep::guard
