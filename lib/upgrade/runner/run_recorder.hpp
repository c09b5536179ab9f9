// SPDX-License-Identifier: MIT
// Records how a run has ended, through a database that may be away or silent.
#pragma once

#include "guard/loop/status.hpp"
#include "upgrade/model/ending.hpp"
#include "upgrade/runner/runner_context.hpp"
#include "upgrade/runner/taken.hpp"

#include <chrono>
#include <optional>

namespace upkeep::upgrade {

/// Ends the run and lets its slot go, in the worker; tries for as long as lease_s. The percentage
/// of a run that did not succeed is the higher one of the ending's and of today's history.
/// @param keep_slot processes that the command has left behind hold the host lock
/// @param patience a call that gets no answer for as long is given up, and tried again
/// @returns whether the run was still ours; nullopt: the database stayed away
/// @throws Error
std::optional<bool> record_end(const RunnerContext& context, const Taken& taken, Ending& ending,
                               const guard::Status& status, bool keep_slot,
                               std::chrono::milliseconds patience);

}  // namespace upkeep::upgrade
