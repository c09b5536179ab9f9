// SPDX-License-Identifier: MIT
// Kills descendants that did not end after SIGTERM.
#pragma once

#include "base/boot_time.hpp"

#include <chrono>
#include <vector>

#include <sys/types.h>

namespace upkeep::guard {

/// Kills every descendant at a given time, repeatedly until none is left.
class Terminator {
 public:
  /// Schedules SIGKILL at that time, unless an earlier time is already scheduled.
  /// @param spared these and their descendants are spared
  void at(BootTime time, std::vector<pid_t> spared = {});
  /// Kills if it is time.
  void tick(BootTime now);
  [[nodiscard]] bool active() const { return m_active; }
  /// When tick() has something to do; k_never: nothing is scheduled.
  [[nodiscard]] BootTime due() const;

 private:
  bool m_active = false;
  BootTime m_next;
  std::chrono::milliseconds m_pause{0};
  std::vector<pid_t> m_spared;
};

}  // namespace upkeep::guard
