// SPDX-License-Identifier: MIT
// The intervals at which the holder of a lease acts.
#pragma once

#include "base/boot_time.hpp"

#include <algorithm>
#include <chrono>

namespace upkeep::upgrade {

class LeaseTimes {
 public:
  explicit constexpr LeaseTimes(std::chrono::milliseconds lease) : m_lease(lease) {}

  /// From one renewal to the next: a sixth of the lease.
  [[nodiscard]] constexpr std::chrono::milliseconds between_renewals() const {
    return std::max(std::chrono::milliseconds(100), m_lease / 6);
  }
  /// From a renewal that the database did not answer to the next attempt.
  [[nodiscard]] constexpr std::chrono::milliseconds before_retry() const {
    return std::clamp(m_lease / 12, std::chrono::milliseconds(100),
                      std::chrono::milliseconds(1000));
  }
  /// How long a call may remain unanswered before its connection is given up.
  [[nodiscard]] constexpr std::chrono::milliseconds patience() const {
    return std::max(std::chrono::milliseconds(1000), m_lease / 3);
  }
  /// Whether something may still be started under a lease. @param renewed_at when the last
  /// successful renewal was requested
  [[nodiscard]] constexpr bool is_fresh(BootTime renewed_at, BootTime now) const {
    return now < renewed_at + m_lease / 2;
  }

 private:
  std::chrono::milliseconds m_lease;
};

}  // namespace upkeep::upgrade
