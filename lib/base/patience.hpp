// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

namespace upkeep {

/// How much longer to wait for somebody else, in time in which this process was running: a stall
/// of the machine, or a stop, is not held against the one who is waited for. Wait in slices of at
/// most slice(), and call passed() after each.
class Patience {
 public:
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::milliseconds;

  explicit Patience(Milliseconds whole, Clock::time_point now = Clock::now())
      : m_left(whole), m_last(now) {}

  [[nodiscard]] Milliseconds left() const { return std::chrono::ceil<Milliseconds>(m_left); }
  [[nodiscard]] bool is_over() const { return m_left <= Clock::duration::zero(); }
  [[nodiscard]] Milliseconds slice() const { return std::clamp(left(), Milliseconds(0), k_slice); }
  void passed(Clock::time_point now = Clock::now()) {
    const auto took = now - std::exchange(m_last, now);
    m_left -= took > k_stall ? Clock::duration(k_slice) : took;
  }

 private:
  static constexpr Milliseconds k_slice{20};
  /// Even on a machine with many processes a core nobody waits this long for a turn.
  static constexpr Milliseconds k_stall{320};
  Clock::duration m_left;
  Clock::time_point m_last;
};

}  // namespace upkeep
