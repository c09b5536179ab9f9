// SPDX-License-Identifier: MIT
// When a lost job may be replaced: at most once per half minute over all hosts, with a growing
// interval if that does not help.
#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <chrono>

namespace upkeep::upgrade {

struct Handover {
  WallTime due_at;  ///< of the last replacement job
  int tries = 0;    ///< replacements since a run was last started

  /// The delay between the last replacement and the next: doubled each time, at most a quarter of
  /// an hour.
  [[nodiscard]] std::chrono::seconds pause() const {
    constexpr int k_most_doublings = 5;
    return std::min(std::chrono::seconds(900),
                    std::chrono::seconds(30LL << std::clamp(tries, 0, k_most_doublings)));
  }
  /// Requests a replacement that is due at once. @returns whether it is allowed now
  bool replace(WallTime now) {
    if (due_at >= now - pause()) return false;
    due_at = now;
    ++tries;
    return true;
  }
  /// Requests a replacement that is due after the pause. @returns false: another one is already due
  bool replace_later(WallTime now) {
    if (due_at > now) return false;
    due_at = now + pause();
    ++tries;
    return true;
  }
};

}  // namespace upkeep::upgrade
