// SPDX-License-Identifier: MIT
// What the runs of one workspace to one target say about the workspace.
#pragma once

#include "upgrade/model/run.hpp"

#include <optional>

namespace upkeep::upgrade {

struct RunFacts {
  std::optional<Run> active;
  std::optional<Run> last_failure;  ///< the newest since the last success; none: there was none
  int failures = 0;                 ///< since the last success

  /// Adds a run that is active or failed; the newest must come first.
  void add(Run run) {
    if (is_active(run.state)) {
      active = std::move(run);
      return;
    }
    ++failures;
    if (!last_failure) last_failure = std::move(run);
  }
};

}  // namespace upkeep::upgrade
