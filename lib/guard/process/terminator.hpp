// SPDX-License-Identifier: MIT
// Ends descendants that SIGTERM was not enough for.
#pragma once

#include "base/boot_time.hpp"

#include <chrono>
#include <vector>

#include <sys/types.h>

namespace upkeep::guard {

/// Waits for its time, then kills every descendant, again and again until none is left.
class Terminator {
 public:
  /// SIGKILL at that time, or earlier where that was asked for before.
  /// @param spared these and their descendants are spared
  void at(BootTime time, std::vector<pid_t> spared = {});
  /// Kills when it is time.
  void tick(BootTime now);
  [[nodiscard]] bool active() const { return m_active; }
  /// When tick() has something to do; k_never: nothing was asked for.
  [[nodiscard]] BootTime due() const;

 private:
  bool m_active = false;
  BootTime m_next;
  std::chrono::milliseconds m_pause{0};
  std::vector<pid_t> m_spared;
};

}  // namespace upkeep::guard
