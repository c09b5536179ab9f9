// SPDX-License-Identifier: MIT
// How a run ended.
#pragma once

#include "upgrade/model/run.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace upkeep::upgrade {

struct Ending {
  RunState state = RunState::failed;
  std::optional<int> exit_status;
  std::int64_t lines = 0;
  int percent = 0;  ///< as observed; the recorded value is never lowered
  std::string detail;
  std::optional<std::int64_t> bytes{};  ///< of the workspace's schema when the run started
  std::string steps;  ///< JSON of the closed steps of a successful run; otherwise empty

  /// The minimum to be recorded: 100 is only for successes.
  [[nodiscard]] int recorded_percent() const {
    return state == RunState::succeeded ? 100 : std::clamp(percent, 0, 99);
  }
};

}  // namespace upkeep::upgrade
