// SPDX-License-Identifier: MIT
// When a failed workspace may be retried without a person's --force.
#pragma once

#include "config/config.hpp"
#include "upgrade/model/run_facts.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// The earliest time, possibly in the past; nullopt if its attempts are used up, or nothing failed.
std::optional<WallTime> retry_from(const RunFacts& runs, const config::Schedule& schedule);

/// Why it is not retried now; nullopt: it may be.
std::optional<std::string> why_not_retried(const RunFacts& runs, const config::Schedule& schedule,
                                           WallTime now);

/// How long a drain defers a failed workspace: twice as long after each failure, at most a thousand
/// times retry_after_s. nullopt: its attempts are used up. @param failures at least one
std::optional<std::chrono::seconds> pause_after(int failures, const config::Schedule& schedule);

}  // namespace upkeep::upgrade
