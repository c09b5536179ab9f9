// SPDX-License-Identifier: MIT
// The processes below this one, read from /proc. The guardian is their subreaper: whatever a
// command starts stays below it, including daemons.
#pragma once

#include <vector>

#include <sys/types.h>

namespace upkeep::guard {

struct Descendant {
  pid_t pid = 0;
  pid_t group = 0;
  bool zombie = false;
};

/// Every process below this one, but `spared` and what is below them. Without /proc: none.
std::vector<Descendant> descendants(const std::vector<pid_t>& spared = {});

/// This process's own children.
std::vector<pid_t> children();

/// How many descendants are more than zombies.
int count_descendants();

/// SIGKILL to every descendant, again until none is left that was not hit (they may fork).
void kill_descendants(const std::vector<pid_t>& spared);

/// The signal to every descendant, once.
void signal_descendants(int signal_number);

}  // namespace upkeep::guard
