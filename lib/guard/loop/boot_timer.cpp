// SPDX-License-Identifier: MIT
#include "guard/loop/boot_timer.hpp"

#include <algorithm>
#include <cstdint>

#include <sys/timerfd.h>

namespace upkeep::guard {

BootTimer::BootTimer() : m_fd(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)) {}

void BootTimer::set(BootTime time) const {
  itimerspec when{};
  if (time != k_never) {
    // Zero would disarm it.
    const std::int64_t ms = std::max<std::int64_t>(time.time_since_epoch().count(), 1);
    when.it_value.tv_sec = ms / 1000;
    when.it_value.tv_nsec = ms % 1000 * 1'000'000;
  }
  ::timerfd_settime(m_fd.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace upkeep::guard
