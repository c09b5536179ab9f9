// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <optional>

#include <signal.h>

namespace upkeep {

/// SIGTERM, SIGINT and SIGHUP as something to poll: blocked from its construction on, in the thread
/// that makes it and in every thread started afterwards. One per process, made before any thread.
/// A signal that was ignored when the program started (nohup, a background job) stays ignored.
class Interrupts {
 public:
  /// @throws Error(internal)
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  [[nodiscard]] int fd() const noexcept { return m_fd.get(); }
  /// The next signal that arrived; nullopt: none now. Never waits.
  std::optional<int> take();
  /// The first one ever taken.
  [[nodiscard]] std::optional<int> first() const noexcept { return m_first; }

 private:
  Fd m_fd;
  sigset_t m_mask_before{};
  std::optional<int> m_first;
};

}  // namespace upkeep
