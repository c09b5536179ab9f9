// SPDX-License-Identifier: MIT
// When a patch will be done: three-point estimates of its stages.
#pragma once

#include "base/time.hpp"
#include "config/config.hpp"
#include "patch/lifecycle/definition.hpp"
#include "patch/model/patch.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// In seconds of work.
struct StageEstimate {
  std::string stage;
  std::int64_t best_s = 0, likely_s = 0, worst_s = 0;
  std::string due;  ///< an ISO day

  /// (O + 4M + P) / 6
  [[nodiscard]] double expected_s() const;
  /// (P - O) / 6
  [[nodiscard]] double stddev_s() const;
};

struct Eta {
  std::vector<StageEstimate> stages;  ///< that remain, in the order they come in
  std::int64_t best_s = 0, likely_s = 0, worst_s = 0;
  double expected_s = 0, stddev_s = 0;  ///< expectations add, and so do variances
  std::string due;                      ///< when the last stage is due, as expected
  std::string earliest, latest;  ///< one deviation early, two late: what customers may be told
  /// The stages that the patch still has to pass and that have no estimate, nearest first: where
  /// there are any, no date is a promise.
  std::vector<std::string> unestimated;

  [[nodiscard]] bool known() const { return !stages.empty(); }
  bool done = false;  ///< it is where the work ends: what may come after that is promised to nobody

  [[nodiscard]] bool promised() const { return known() && unestimated.empty() && !done; }
};

/// The estimates of the stages from the patch's state on, each as it was last given.
/// @param events of the patch, oldest first. @param now it is never due before
Eta eta_of(const Patch& patch, const Definition& definition, const std::vector<Event>& events,
           const config::Patch& config, WallTime now);

}  // namespace upkeep::patch::lifecycle
