// SPDX-License-Identifier: MIT
// When a patch will be finished: three-point estimates of its stages.
#pragma once

#include "base/time.hpp"
#include "config/config.hpp"
#include "patch/lifecycle/definition.hpp"
#include "patch/model/patch.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// What is not a whole second of working time.
using WorkSeconds = std::chrono::duration<double>;

/// In working time.
struct StageEstimate {
  std::string stage;
  std::chrono::seconds best{0}, likely{0}, worst{0};
  std::string due;  ///< an ISO day

  /// (O + 4M + P) / 6
  [[nodiscard]] WorkSeconds expected() const;
  /// (P - O) / 6
  [[nodiscard]] WorkSeconds deviation() const;
};

struct Eta {
  std::vector<StageEstimate> stages;  ///< the remaining ones, in order
  std::chrono::seconds best{0}, likely{0}, worst{0};
  WorkSeconds expected{0}, deviation{0};  ///< expectations add up, and so do variances
  std::string due;                        ///< expected date of the last stage
  std::string earliest, latest;  ///< one deviation early, two late: the dates for customers
  /// The remaining stages without an estimate, nearest first: if there are any, no date can be
  /// promised.
  std::vector<std::string> unestimated;

  [[nodiscard]] bool known() const { return !stages.empty(); }
  bool done = false;  ///< the work has ended: later stages are not estimated

  [[nodiscard]] bool promised() const { return known() && unestimated.empty() && !done; }
};

/// The latest estimates of the stages from the patch's current state on.
/// @param events of the patch, oldest first. @param now no date is earlier
Eta eta_of(const Patch& patch, const Definition& definition, const std::vector<Event>& events,
           const config::Patch& config, WallTime now);

}  // namespace upkeep::patch::lifecycle
