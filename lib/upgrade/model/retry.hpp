// SPDX-License-Identifier: MIT
// When a workspace whose upgrade failed may be tried again without a person's --force.
#pragma once

#include "config/config.hpp"
#include "upgrade/store/run_store.hpp"

#include <chrono>
#include <optional>

namespace upkeep::upgrade {

/// From then on, maybe long ago; nullopt where its attempts are used up, or nothing failed. Pure.
inline std::optional<WallTime> retry_from(const RunFacts& runs, const config::Schedule& schedule) {
  if (!runs.last_failure || !runs.last_failure->ended_at) return std::nullopt;
  if (runs.failures >= schedule.attempts) return std::nullopt;
  return *runs.last_failure->ended_at + std::chrono::seconds(schedule.retry_after_s);
}

}  // namespace upkeep::upgrade
