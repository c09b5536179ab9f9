// SPDX-License-Identifier: MIT
// Moments and deadlines within one boot of this machine. They are of no use to another machine;
// what is recorded, or shown to people, is WallTime.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace upkeep {

/// CLOCK_BOOTTIME: it neither jumps with the wall clock nor stands still in suspend.
struct BootClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;  // NOLINT(readability-identifier-naming): a clock's
  static time_point now() noexcept;
};

using BootTime = BootClock::time_point;

/// A moment that does not come.
constexpr BootTime k_never = BootTime::max();

/// When something has to be done, or is given up.
class Deadline {
 public:
  /// Never.
  constexpr Deadline() = default;
  constexpr explicit Deadline(BootTime at) : m_at(at) {}
  /// That long from now.
  static Deadline in(std::chrono::milliseconds time) { return Deadline(BootClock::now() + time); }

  [[nodiscard]] constexpr BootTime at() const { return m_at; }
  [[nodiscard]] constexpr bool is_never() const { return m_at == k_never; }
  [[nodiscard]] bool has_passed() const { return BootClock::now() >= m_at; }
  /// Not negative; milliseconds::max() where it never comes.
  [[nodiscard]] std::chrono::milliseconds left() const {
    if (is_never()) return std::chrono::milliseconds::max();
    return std::max(std::chrono::milliseconds(0), m_at - BootClock::now());
  }
  /// The same, and at most `longest`.
  [[nodiscard]] std::chrono::milliseconds left(std::chrono::milliseconds longest) const {
    return std::min(left(), longest);
  }
  friend constexpr auto operator<=>(const Deadline&, const Deadline&) = default;  // NOLINT: no 0

 private:
  BootTime m_at = k_never;
};

/// A time-out for poll(2): -1 waits for ever.
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
