// SPDX-License-Identifier: MIT
// How many runs ended in a state, and how long they took.
#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace upkeep::upgrade {

/// The upper bounds of the classes in which durations are counted, in seconds. Stored with pruned
/// runs: a bound may be added or removed, but each count belongs to the bound it was made with.
inline constexpr std::array<int, 12> k_duration_bounds_s{10,   30,   60,   120,  300,   600,
                                                         1200, 1800, 3600, 7200, 14400, 28800};

/// Classes without an upper bound.
inline constexpr int k_longer_than_all = 0;
inline constexpr int k_never_started = -1;

/// The class of a duration: the first bound that it does not exceed. nullopt: it never started.
constexpr int duration_class_s(std::optional<std::chrono::microseconds> duration) {
  if (!duration) return k_never_started;
  for (const int bound : k_duration_bounds_s) {
    if (*duration <= std::chrono::seconds(bound)) return bound;
  }
  return k_longer_than_all;
}

struct EndedRuns {
  std::int64_t count = 0;  ///< including those that never started
  std::int64_t timed = 0;  ///< those that started
  std::chrono::microseconds time{0};
  std::array<std::int64_t, k_duration_bounds_s.size()> within{};  ///< up to each bound; cumulative
  std::optional<WallTime> last_end;

  /// Adds `runs` of one class, which took `total` together.
  constexpr void add(int class_s, std::int64_t runs, std::chrono::microseconds total) {
    count += runs;
    if (class_s == k_never_started) return;
    timed += runs;
    time += total;
    if (class_s == k_longer_than_all) return;
    for (std::size_t i = 0; i < within.size(); ++i) {
      if (class_s <= k_duration_bounds_s[i]) within[i] += runs;
    }
  }
};

}  // namespace upkeep::upgrade
