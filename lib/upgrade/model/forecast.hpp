// SPDX-License-Identifier: MIT
// When the queue will be finished.
#pragma once

#include "base/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
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

/// A run, for a forecast with bounded servers.
struct Expected {
  double seconds = 0;  ///< what remains of a running run; until a queued one is due
  std::string server;  ///< its endpoint; empty: not known
};

/// The same with servers that are bounded: at each moment, a run starts that is due and whose
/// server has a place, the first one in the order of `queued`. @param servers the bounds, by
/// endpoint
std::vector<double> finish_times(const std::vector<Expected>& busy,
                                 const std::vector<Expected>& queued, int slots,
                                 const std::map<std::string, int>& servers, double median);

/// How many of the runs start before each one, if they end at these times: of two that end at the
/// same time, the first one.
std::vector<std::size_t> places_in_order(const std::vector<double>& ends);

}  // namespace upkeep::upgrade
