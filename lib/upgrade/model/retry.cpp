// SPDX-License-Identifier: MIT
#include "upgrade/model/retry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

std::optional<WallTime> retry_from(const RunFacts& runs, const config::Schedule& schedule) {
  if (!runs.last_failure || !runs.last_failure->ended_at) return std::nullopt;
  if (runs.failures >= schedule.attempts) return std::nullopt;
  return *runs.last_failure->ended_at + schedule.retry_after;
}

std::optional<std::string> why_not_retried(const RunFacts& runs, const config::Schedule& schedule,
                                           WallTime now) {
  if (!runs.last_failure) return std::nullopt;
  const Run& last = *runs.last_failure;
  if (runs.failures >= schedule.attempts) {
    return fmt::format(
        "{} runs failed in a row (attempts = {}), the last was run {}: {}; repair it and use "
        "--force",
        runs.failures, schedule.attempts, last.id, last.detail.value_or(""));
  }
  const WallTime from = last.ended_at.value_or(now) + schedule.retry_after;
  if (now >= from) return std::nullopt;
  return fmt::format("run {} failed recently; it may be retried from {} on", last.id,
                     iso8601(from));
}

std::optional<std::chrono::seconds> pause_after(int failures, const config::Schedule& schedule) {
  constexpr int k_most_doublings = 10;
  if (failures >= schedule.attempts) return std::nullopt;
  return schedule.retry_after * (1LL << std::clamp(failures - 1, 0, k_most_doublings));
}

}  // namespace upkeep::upgrade
