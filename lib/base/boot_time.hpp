// SPDX-License-Identifier: MIT
// Points in time and deadlines within one boot of this machine. They mean nothing on another
// machine; use WallTime for anything that is recorded or displayed.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace upkeep {

/// CLOCK_BOOTTIME: unaffected by changes of the wall clock, and keeps running during suspend.
struct BootClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;  // NOLINT: clocks require this name
  static time_point now() noexcept;
};

using BootTime = BootClock::time_point;

/// A point in time that is never reached.
constexpr BootTime k_never = BootTime::max();

/// The time by which something must be done or is given up.
class Deadline {
 public:
  /// No deadline.
  constexpr Deadline() = default;
  constexpr explicit Deadline(BootTime at) : m_at(at) {}
  /// `time` from now.
  static Deadline in(std::chrono::milliseconds time) { return Deadline(BootClock::now() + time); }

  [[nodiscard]] constexpr BootTime at() const { return m_at; }
  [[nodiscard]] constexpr bool is_never() const { return m_at == k_never; }
  [[nodiscard]] bool has_passed() const { return BootClock::now() >= m_at; }
  /// Never negative; milliseconds::max() if there is no deadline.
  [[nodiscard]] std::chrono::milliseconds left() const {
    if (is_never()) return std::chrono::milliseconds::max();
    return std::max(std::chrono::milliseconds(0), m_at - BootClock::now());
  }
  /// left(), but at most `longest`.
  [[nodiscard]] std::chrono::milliseconds left(std::chrono::milliseconds longest) const {
    return std::min(left(), longest);
  }
  friend constexpr auto operator<=>(const Deadline&, const Deadline&) = default;  // NOLINT: no 0

 private:
  BootTime m_at = k_never;
};

/// A time-out for poll(2): -1 waits indefinitely.
constexpr int poll_timeout(std::chrono::milliseconds time) {
  if (time == std::chrono::milliseconds::max()) return -1;
  return static_cast<int>(
      std::clamp<std::int64_t>(time.count(), 0, std::numeric_limits<int>::max()));
}

/// For logs and records: seconds with a fraction.
constexpr double in_seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace upkeep
