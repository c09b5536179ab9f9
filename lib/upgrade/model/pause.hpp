// SPDX-License-Identifier: MIT
// A pause of the queue: drains start nothing; queued runs stay, and more may be added. Upgrades by
// name continue.
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
