// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

namespace upkeep {

/// How much longer to wait for another process, counting only time in which this process was
/// running: a stall of the machine or a stop of this process does not shorten it. Wait in slices of
/// at most slice(), and call passed() after each.
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
  /// Even with many processes per core, no process waits this long to be scheduled.
  static constexpr Milliseconds k_stall{320};
  Clock::duration m_left;
  Clock::time_point m_last;
};

}  // namespace upkeep
