// SPDX-License-Identifier: MIT
// A descriptor that becomes readable at a given time of the boot clock.
#pragma once

#include "base/boot_time.hpp"
#include "base/fd.hpp"

namespace upkeep::guard {

class BootTimer {
 public:
  BootTimer();

  /// For poll(2).
  [[nodiscard]] int fd() const { return m_fd.get(); }
  /// @param time k_never disarms it; a past time expires at once
  void set(BootTime time) const;

 private:
  Fd m_fd;
};

}  // namespace upkeep::guard
