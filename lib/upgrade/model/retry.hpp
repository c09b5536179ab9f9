// SPDX-License-Identifier: MIT
// When a workspace whose upgrade failed may be tried again without a person's --force.
#pragma once

#include "config/config.hpp"
#include "upgrade/model/run_facts.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// From then on, maybe long ago; nullopt where its attempts are used up, or nothing failed.
std::optional<WallTime> retry_from(const RunFacts& runs, const config::Schedule& schedule);

/// Why it is not tried again now; nullopt: it may be.
std::optional<std::string> why_not_retried(const RunFacts& runs, const config::Schedule& schedule,
                                           WallTime now);

/// How long a drain sets a failed workspace aside: twice as long after each failure, for a thousand
/// times retry_after_s at most. nullopt: its attempts are used up. @param failures one at least
std::optional<std::chrono::seconds> pause_after(int failures, const config::Schedule& schedule);

}  // namespace upkeep::upgrade
