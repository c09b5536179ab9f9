// SPDX-License-Identifier: MIT
// Ends descendants that SIGTERM was not enough for.
#pragma once

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace upkeep::guard {

/// Waits for its time, then kills every descendant, again and again until none is left.
class Terminator {
 public:
  /// SIGKILL at `boot_ms`, or earlier where that was asked for before.
  /// @param spared these and their descendants are spared
  void at(std::int64_t boot_ms, std::vector<pid_t> spared = {});
  /// Kills when it is time.
  void tick(std::int64_t now);
  [[nodiscard]] bool active() const { return m_active; }
  /// When tick() has something to do; k_never: nothing was asked for.
  [[nodiscard]] std::int64_t due() const;

 private:
  bool m_active = false;
  std::int64_t m_next = 0;
  std::int64_t m_pause = 0;
  std::vector<pid_t> m_spared;
};

}  // namespace upkeep::guard
