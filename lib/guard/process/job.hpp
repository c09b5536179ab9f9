// SPDX-License-Identifier: MIT
// One program of the run (a hook or the command), from its launch to the end of its process.
#pragma once

#include "base/boot_time.hpp"
#include "guard/loop/status.hpp"
#include "guard/process/launch.hpp"

#include <optional>
#include <string>

namespace upkeep::guard {

enum class JobKind { before, command, after };

class Job {
 public:
  /// Starts it. @param number identifies it in the output pump
  Job(int number, JobKind kind, Program program, BootTime now);

  [[nodiscard]] int number() const { return m_number; }
  [[nodiscard]] JobKind kind() const { return m_kind; }
  [[nodiscard]] pid_t pid() const { return m_launched.pid; }
  /// Whether its process has not been reaped.
  [[nodiscard]] bool running() const { return !m_ended_at; }
  [[nodiscard]] BootTime started_at() const { return m_started_at; }
  /// When it ended; k_never while it is running.
  [[nodiscard]] BootTime ended_at() const { return m_ended_at.value_or(k_never); }

  /// The pipes to read from. Call each once.
  Fd take_out() { return std::move(m_launched.out); }
  Fd take_err() { return std::move(m_launched.err); }

  /// SIGTERM to its group, which is also continued in case it is stopped.
  void terminate() const;
  /// SIGKILL to its group.
  void kill() const;
  /// Call it when its process was reaped.
  void reaped(int wait_status, BootTime now);

  bool timed_out = false;         // NOLINT: set by the guardian's loop
  Stopped stopped = Stopped::no;  // NOLINT: as above

  /// 0..255; 128+n if killed by signal n; 126 or 127 if it could not be started.
  [[nodiscard]] int exit_status() const { return m_exit_status; }
  /// `cannot start php: No such file or directory`; empty: it was started.
  [[nodiscard]] const std::string& spawn_error() const { return m_spawn_error; }
  [[nodiscard]] bool clean() const {
    return m_exit_status == 0 && !timed_out && stopped == Stopped::no && m_spawn_error.empty();
  }

 private:
  int m_number;
  JobKind m_kind;
  Program m_program;
  Launched m_launched;
  BootTime m_started_at;
  std::optional<BootTime> m_ended_at;
  int m_exit_status = 0;
  std::string m_spawn_error;
};

}  // namespace upkeep::guard
