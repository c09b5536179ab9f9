// SPDX-License-Identifier: MIT
// Starts the command or a hook in its own process group, with stdout and stderr in pipes.
#pragma once

#include "base/fd.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace upkeep::guard {

/// The descriptor of the slot lock that a command inherits: the lock outlives a killed guardian.
constexpr int k_slot_lock_fd = 4;

struct Program {
  std::vector<std::string> argv;         ///< argv[0] is looked up in PATH unless it has a slash
  std::string directory;                 ///< empty: /
  std::vector<std::string> environment;  ///< `NAME=value`, added to our own
  int umask = 0022;                      ///< regardless of our own
  bool dies_with_us = false;             ///< its process gets SIGKILL when ours ends
};

struct Launched {
  pid_t pid = -1;  ///< -1: there is no process, and `error` says why
  Fd out, err;     ///< read ends, non-blocking
  Fd report;       ///< read end, non-blocking; closed once the program runs, see read_report()
  std::string error;
};

/// Why a program could not be started although its process was created.
struct LaunchError {
  std::string text;  ///< `cannot start php: No such file or directory`
  int exit_status = 127;
};

/// Starts it with default signal handling and only stdin (/dev/null), the pipes and the slot lock
/// open. Never throws: errors are in the result.
Launched launch(const Program& program);

/// The failure that the child reported; its text is empty if there is none (yet).
LaunchError read_report(const Fd& report, const Program& program);

}  // namespace upkeep::guard
