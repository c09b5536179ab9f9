// SPDX-License-Identifier: MIT
// What a guardian is told of a run, from the configuration.
#pragma once

#include "base/boot_time.hpp"
#include "guard/loop/spec.hpp"
#include "upgrade/runner/runner_context.hpp"
#include "upgrade/runner/slot_lock.hpp"

#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The words with {workspace}, {run} and {target} replaced.
std::vector<std::string> filled(std::vector<std::string> argv, const Run& run);

/// @param renewed_at of the lease: when its last renewal was asked for
guard::Spec spec_for(const RunnerContext& context, const Taken& taken, BootTime renewed_at);

}  // namespace upkeep::upgrade
