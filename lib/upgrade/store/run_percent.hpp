// SPDX-License-Identifier: MIT
// The percentage of a run by the current history.
#pragma once

#include "guard/loop/status.hpp"
#include "upgrade/model/progress.hpp"
#include "upgrade/store/run_store.hpp"

namespace upkeep::upgrade {

/// What a tool that looks at this host's status now shows of a run, for one whose ws-upgrade does
/// not say. @throws db::Error
int percent_by_now(RunStore& runs, const Outline& outline, const Run& run,
                   const guard::Status& status);

}  // namespace upkeep::upgrade
