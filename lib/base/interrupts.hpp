// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <optional>

#include <signal.h>

namespace upkeep {

/// Makes SIGTERM, SIGINT and SIGHUP pollable. They are blocked from construction on, in the
/// constructing thread and in every thread started afterwards. One per process, created before any
/// thread. A signal that was ignored when the program started (nohup, a background job) stays
/// ignored.
class Interrupts {
 public:
  /// @throws Error(internal)
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  [[nodiscard]] int fd() const noexcept { return m_fd.get(); }
  /// The next signal that arrived; nullopt if there is none. Never waits.
  std::optional<int> take();
  /// The first signal ever taken.
  [[nodiscard]] std::optional<int> first() const noexcept { return m_first; }

 private:
  Fd m_fd;
  sigset_t m_mask_before{};
  std::optional<int> m_first;
};

}  // namespace upkeep
