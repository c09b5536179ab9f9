// SPDX-License-Identifier: MIT
// What `upkeep prune` does.
#pragma once

#include "base/time.hpp"
#include "config/config.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace upkeep::setup {

struct PruneRequest {
  std::optional<WallTime> runs_before;  ///< nullopt: runs are kept
  std::optional<WallTime> logs_before;  ///< nullopt: logs are kept
  bool dry_run = false;
};

/// What was deleted of one kind.
struct PrunedKind {
  std::string kind;  ///< `runs`, `stops`, `logs`
  std::int64_t count = 0;
  std::optional<WallTime> oldest;
  std::optional<std::int64_t> bytes;  ///< of files
};

/// Deletes what is old and no longer needed, or counts it. `take` gets each requested kind when it
/// is done. @throws Error
void prune(const config::Config& config, const PruneRequest& request,
           const std::function<void(const PrunedKind&)>& take);

}  // namespace upkeep::setup
