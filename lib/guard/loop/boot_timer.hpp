// SPDX-License-Identifier: MIT
// A descriptor that is readable once a moment of the boot clock has come.
#pragma once

#include "base/boot_time.hpp"
#include "base/fd.hpp"

namespace upkeep::guard {

class BootTimer {
 public:
  BootTimer();

  /// For poll(2).
  [[nodiscard]] int fd() const { return m_fd.get(); }
  /// @param time k_never disarms it; one that is past rings at once
  void set(BootTime time) const;

 private:
  Fd m_fd;
};

}  // namespace upkeep::guard
