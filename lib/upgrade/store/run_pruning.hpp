// SPDX-License-Identifier: MIT
// The table `pruned_run`, and the only deletions from `run` and `stop`.
#pragma once

#include "db/connection.hpp"
#include "upgrade/store/run_row.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

struct PrunedRows {
  std::int64_t count = 0;
  std::optional<WallTime> oldest;  ///< nullopt: there was none
};

/// Deletes in batches, each of which is one transaction: it may be killed at any time, and two of
/// them at one time share the work. Every method may throw db::Error.
class RunPruning {
 public:
  /// Keeps a reference to the connection. @param schema the control schema
  RunPruning(db::Connection& connection, const std::string& schema);

  /// Deletes runs that ended before `limit` and are no longer needed: a later run of the same
  /// workspace to the same target succeeded, or they never started. The newest successes to each
  /// target, from which forecasts are made, and runs whose slots are still taken, are kept.
  /// @param dry_run only counts them
  PrunedRows prune_runs(WallTime limit, bool dry_run);
  /// Deletes the records of sweeps and drains that a rule stopped before `limit`, except stops that
  /// are still in effect. @param dry_run only counts them
  PrunedRows prune_stops(WallTime limit, bool dry_run);
  /// Runs that are queued or running, or whose slot is taken.
  std::set<std::int64_t> in_use();

 private:
  struct Batch {
    std::vector<std::int64_t> ids;
    std::optional<WallTime> oldest;
  };
  [[nodiscard]] std::string kept_successes();
  Batch next_batch(const std::string& select, std::int64_t after, WallTime limit);
  PrunedRows prune(const std::string& select, WallTime limit,
                   const std::function<std::int64_t(const std::vector<std::int64_t>&)>& remove);
  std::int64_t remove_runs(const std::vector<std::int64_t>& ids);

  db::Connection& m_connection;
  std::string m_run, m_slot, m_sweep, m_stop, m_pruned;
};

}  // namespace upkeep::upgrade
