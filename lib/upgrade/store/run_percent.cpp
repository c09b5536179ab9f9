// SPDX-License-Identifier: MIT
#include "upgrade/store/run_percent.hpp"

#include "base/boot_time.hpp"

namespace upkeep::upgrade {

int percent_by_now(RunStore& runs, const Outline& outline, const Run& run,
                   const guard::Status& status) {
  const ProgressModel model(runs.history().successes(run.target), outline,
                            {.workspace = run.workspace, .bytes = run.bytes});
  return percent_by_status(model, status, BootClock::now());
}

}  // namespace upkeep::upgrade
