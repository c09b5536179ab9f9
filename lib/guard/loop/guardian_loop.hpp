// SPDX-License-Identifier: MIT
// The guardian's loop: one run, from the before hook to the last descendant's end.
#pragma once

#include "base/fd.hpp"
#include "guard/logscan/log_scanner.hpp"
#include "guard/loop/deadline.hpp"
#include "guard/loop/lease_watch.hpp"
#include "guard/loop/output_pump.hpp"
#include "guard/loop/spec.hpp"
#include "guard/loop/status_reporter.hpp"
#include "guard/loop/supervisor_link.hpp"
#include "guard/process/job.hpp"
#include "guard/process/terminator.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::guard {

/// One thread, one poll. Every deadline is of the boot clock.
class GuardianLoop {
 public:
  /// @param log_fd, hooks_log_fd stay open; -1: none
  /// @throws DataError where a rule of the profile is not a regular expression
  GuardianLoop(Spec spec, Fd socket, int log_fd, int hooks_log_fd);

  /// Returns when nothing is left to hold the slot lock for.
  void run();

 private:
  // The loop
  void wait();
  void read_signals();
  void read_orders(std::int64_t now);
  void obey(const Order& order, std::int64_t now);
  void reap(std::int64_t now);
  void advance(std::int64_t now);
  void arm_timer() const;
  [[nodiscard]] std::int64_t next_deadline() const;

  // The stages
  void start(JobKind kind, const std::vector<std::string>& argv, std::int64_t now);
  [[nodiscard]] bool job_is_over(std::int64_t now) const;
  void end_job(std::int64_t now);
  void conclude(Phase phase, std::int64_t now);
  void refuse();
  void run_after_hook(const std::vector<std::string>& argv, std::int64_t now);
  void answer_hook();
  void consider_leaving(std::int64_t now);

  // The limits
  [[nodiscard]] bool job_runs() const { return m_job && m_job->running(); }
  [[nodiscard]] std::int64_t time_limit() const;
  void watch_lease(std::int64_t now);
  void watch_time_limit(std::int64_t now);
  void stop(std::int64_t now);
  void kill(std::int64_t now);
  void end_everything(const std::string& reason, std::chrono::milliseconds grace, std::int64_t now);

  Spec m_spec;
  SupervisorLink m_link;
  LogSink m_log, m_hooks_log;
  LogScanner m_scanner;
  OutputPump m_pump;
  Progress m_progress;
  Terminator m_terminator;
  Fd m_signals, m_timer;

  std::optional<Job> m_job;  ///< running, or its output is still awaited
  int m_jobs = 0;
  std::vector<pid_t> m_leftovers;  ///< of the command, when the after hook began
  bool m_has_children = false;
  bool m_concluded = false;  ///< the verdict is made
  bool m_done = false;       ///< the supervisor wants nothing more
  bool m_leaving = false;    ///< done, or gone, or frozen: only descendants are waited for
  bool m_left = false;
  bool m_lease_lost = false;
  bool m_stop_asked = false;
  std::string m_reason;  ///< why programs were ended, before the verdict
  LeaseWatch m_lease;
  std::int64_t m_started_at;
  std::int64_t m_started_at_wall;
  std::optional<std::int64_t>
      m_linger_at;  ///< when to say that descendants are left; k_never: said
};

}  // namespace upkeep::guard
