// SPDX-License-Identifier: MIT
// When the queue will be done.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace upkeep::upgrade {

struct Forecast {
  std::int64_t queued = 0, running = 0;
  int slots = 1;
  std::optional<std::int64_t> median_s;
  std::optional<WallTime> finish_at;  ///< nullopt without history (and something to do), or paused
  std::int64_t left = 0;              ///< queued runs that will not have started by `until`
  bool paused = false;
};

/// When each of the queued runs will have ended, in seconds from now: `slots` machines, each run
/// taking `median`, none before it is due. @param busy what is left of each running run
std::vector<double> finish_times(const std::vector<double>& busy, const std::vector<double>& due_in,
                                 int slots, double median);

}  // namespace upkeep::upgrade
