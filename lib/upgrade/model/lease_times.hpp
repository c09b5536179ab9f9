// SPDX-License-Identifier: MIT
// When the holder of a lease does what about it.
#pragma once

#include "base/boot_time.hpp"

#include <algorithm>
#include <chrono>

namespace upkeep::upgrade {

class LeaseTimes {
 public:
  explicit constexpr LeaseTimes(std::chrono::milliseconds lease) : m_lease(lease) {}

  /// From one renewal to the next: six in a lease.
  [[nodiscard]] constexpr std::chrono::milliseconds between_renewals() const {
    return std::max(std::chrono::milliseconds(100), m_lease / 6);
  }
  /// From one that the database did not answer to the next.
  [[nodiscard]] constexpr std::chrono::milliseconds before_retry() const {
    return std::clamp(m_lease / 12, std::chrono::milliseconds(100),
                      std::chrono::milliseconds(1000));
  }
  /// How long a call may go without an answer before its connection is given up.
  [[nodiscard]] constexpr std::chrono::milliseconds patience() const {
    return std::max(std::chrono::milliseconds(1000), m_lease / 3);
  }
  /// Whether something may still be started under a lease. @param renewed_at when the last renewal
  /// that succeeded was asked for
  [[nodiscard]] constexpr bool is_fresh(BootTime renewed_at, BootTime now) const {
    return now < renewed_at + m_lease / 2;
  }

 private:
  std::chrono::milliseconds m_lease;
};

}  // namespace upkeep::upgrade
