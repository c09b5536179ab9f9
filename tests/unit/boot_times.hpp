// SPDX-License-Identifier: MIT
// Moments for tests that make their own clock.
#pragma once

#include "base/boot_time.hpp"

namespace upkeep::test {

/// So many milliseconds after the machine was started.
constexpr BootTime at_ms(std::int64_t ms) {
  return BootTime(std::chrono::milliseconds(ms));
}

}  // namespace upkeep::test
