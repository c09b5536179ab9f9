// SPDX-License-Identifier: MIT
// The queue's switch: while it is paused drains start nothing; what is queued stays, and more may
// come. Upgrades by name go on.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>

namespace upkeep::upgrade {

struct Pause {
  WallTime since;
  std::string by;
  std::optional<std::string> reason;

  /// `the queue is paused since … by ann: backups`
  [[nodiscard]] std::string text() const;
};

}  // namespace upkeep::upgrade
