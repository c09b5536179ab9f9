// SPDX-License-Identifier: MIT
// When the queue will be finished.
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace upkeep::upgrade {

struct Forecast {
  std::int64_t queued = 0, running = 0;
  int slots = 1;
  std::optional<std::chrono::seconds> median;
  std::optional<WallTime>
      finish_at;          ///< nullopt without history (unless nothing is left), or if paused
  std::int64_t left = 0;  ///< queued runs that will not have started by `until`
  bool paused = false;
};

/// When each of the queued runs will have ended, in seconds from now: with `slots` slots, each run
/// takes `median`, and none starts before it is due. @param busy the remaining time of each running
/// run
std::vector<double> finish_times(const std::vector<double>& busy, const std::vector<double>& due_in,
                                 int slots, double median);

}  // namespace upkeep::upgrade
