// SPDX-License-Identifier: MIT
// When the holder of a lease does what about it. Milliseconds of its host's boot clock.
#pragma once

#include <algorithm>
#include <cstdint>

namespace upkeep::upgrade {

class LeaseTimes {
 public:
  explicit constexpr LeaseTimes(int lease_s) : m_lease_ms(1000LL * lease_s) {}

  /// From one renewal to the next: six in a lease.
  [[nodiscard]] constexpr std::int64_t between_renewals_ms() const {
    return std::max<std::int64_t>(100, m_lease_ms / 6);
  }
  /// From one that the database did not answer to the next.
  [[nodiscard]] constexpr std::int64_t before_retry_ms() const {
    return std::clamp<std::int64_t>(m_lease_ms / 12, 100, 1000);
  }
  /// How long a call may go without an answer before its connection is given up.
  [[nodiscard]] constexpr std::int64_t patience_ms() const {
    return std::max<std::int64_t>(1000, m_lease_ms / 3);
  }
  /// Whether something may still be started under a lease. @param renewed_at when the last renewal
  /// that succeeded was asked for
  [[nodiscard]] constexpr bool is_fresh(std::int64_t renewed_at, std::int64_t now) const {
    return now < renewed_at + m_lease_ms / 2;
  }

 private:
  std::int64_t m_lease_ms;
};

}  // namespace upkeep::upgrade
