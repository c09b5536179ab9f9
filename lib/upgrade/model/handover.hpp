// SPDX-License-Identifier: MIT
// When a job that came to nothing may be replaced: at most once per half minute over all hosts, and
// less and less often while that does not help.
#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <chrono>

namespace upkeep::upgrade {

struct Handover {
  WallTime due_at;  ///< of the last job that replaced a lost one
  int tries = 0;    ///< replacements since something was started

  /// How long the next replacement waits for the last one: doubled each time, a quarter of an hour
  /// at most.
  [[nodiscard]] std::chrono::seconds pause() const {
    constexpr int k_most_doublings = 5;
    return std::min(std::chrono::seconds(900),
                    std::chrono::seconds(30LL << std::clamp(tries, 0, k_most_doublings)));
  }
  /// A replacement that is due at once. @returns whether it is time for one
  bool replace(WallTime now) {
    if (due_at >= now - pause()) return false;
    due_at = now;
    ++tries;
    return true;
  }
  /// A replacement that is due after the pause. @returns false: another one is to come anyway
  bool replace_later(WallTime now) {
    if (due_at > now) return false;
    due_at = now + pause();
    ++tries;
    return true;
  }
};

}  // namespace upkeep::upgrade
