// SPDX-License-Identifier: MIT
// The descendants of this process, read from /proc. The guardian is their subreaper: everything
// that a command starts remains its descendant, even a daemon.
#pragma once

#include <vector>

#include <sys/types.h>

namespace upkeep::guard {

struct Descendant {
  pid_t pid = 0;
  pid_t group = 0;
  bool zombie = false;
};

/// All descendants except `spared` and their descendants. Without /proc: none.
std::vector<Descendant> descendants(const std::vector<pid_t>& spared = {});

/// The children of this process.
std::vector<pid_t> children();

/// The number of descendants that are not zombies.
int count_descendants();

/// Sends SIGKILL to every descendant, repeatedly until there is no new one, because they may fork.
void kill_descendants(const std::vector<pid_t>& spared);

/// Sends the signal to every descendant, once.
void signal_descendants(int signal_number);

}  // namespace upkeep::guard
