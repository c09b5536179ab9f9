// SPDX-License-Identifier: MIT
// A hold: a person prevents a workspace from being upgraded; no sweep and no login starts its run
// until it is released.
#pragma once

#include "base/time.hpp"

#include <string>

namespace upkeep::upgrade {

struct Hold {
  std::string workspace;
  WallTime since;
  std::string by, reason;
  bool gate_closed = false;  ///< users see the page; otherwise the gate lets them pass

  /// `held since … by ann: two exams this week`, followed by `(gate closed)` if it is
  [[nodiscard]] std::string text() const;
};

}  // namespace upkeep::upgrade
