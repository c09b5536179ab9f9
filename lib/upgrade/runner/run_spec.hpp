// SPDX-License-Identifier: MIT
// The specification of a run for its guardian, from the configuration.
#pragma once

#include "base/boot_time.hpp"
#include "guard/loop/spec.hpp"
#include "upgrade/runner/runner_context.hpp"
#include "upgrade/runner/slot_lock.hpp"

#include <string>
#include <vector>

namespace upkeep::upgrade {

/// `argv` with {workspace}, {run} and {target} replaced.
std::vector<std::string> filled(std::vector<std::string> argv, const Run& run);

/// @param renewed_at when the last renewal of the lease was requested
guard::Spec spec_for(const RunnerContext& context, const Taken& taken, BootTime renewed_at);

}  // namespace upkeep::upgrade
