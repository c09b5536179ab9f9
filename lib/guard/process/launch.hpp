// SPDX-License-Identifier: MIT
// Starts the command, or a hook: its own process group, its two outputs in pipes.
#pragma once

#include "base/fd.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace upkeep::guard {

/// The number under which a command inherits the slot lock, so that the lock outlives a guardian
/// that is killed.
constexpr int k_slot_lock_fd = 4;

struct Program {
  std::vector<std::string> argv;         ///< argv[0] is looked up in PATH unless it has a slash
  std::string directory;                 ///< empty: /
  std::vector<std::string> environment;  ///< `NAME=value`, added to our own
  int umask = 0022;                      ///< whatever ours is
  bool dies_with_us = false;             ///< its process gets SIGKILL when ours ends
};

struct Launched {
  pid_t pid = -1;  ///< -1: there is no process, and `error` says why
  Fd out, err;     ///< to read; they do not block
  Fd report;       ///< to read, does not block; ends when the program runs, see read_report()
  std::string error;
};

/// Why a program did not come to run, though its process was there.
struct LaunchError {
  std::string text;  ///< `cannot start php: No such file or directory`
  int exit_status = 127;
};

/// Starts it with every signal at its default and nothing open but stdin (/dev/null), the pipes and
/// the slot lock. Never throws: what fails is in the answer.
Launched launch(const Program& program);

/// What the child reported: an empty text when it has not reported a failure (yet).
LaunchError read_report(const Fd& report, const Program& program);

}  // namespace upkeep::guard
