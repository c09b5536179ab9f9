// SPDX-License-Identifier: MIT
// Records how a run has ended, in a database that may be unavailable or unresponsive.
#pragma once

#include "guard/loop/status.hpp"
#include "upgrade/model/ending.hpp"
#include "upgrade/runner/runner_context.hpp"
#include "upgrade/runner/taken.hpp"

#include <chrono>
#include <optional>

namespace upkeep::upgrade {

/// Ends the run and releases its slot, in the worker; retries for lease_s. If the run did not
/// succeed, its percentage is the higher of the one in `ending` and the one by the current history.
/// @param keep_slot whether processes that the command left behind still hold the host lock
/// @param patience a call without an answer for this long is given up and retried
/// @returns whether the run was still ours; nullopt: the database remained unavailable
/// @throws Error
std::optional<bool> record_end(const RunnerContext& context, const Taken& taken, Ending& ending,
                               const guard::Status& status, bool keep_slot,
                               std::chrono::milliseconds patience);

}  // namespace upkeep::upgrade
