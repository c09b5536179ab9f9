// SPDX-License-Identifier: MIT
// The order of the queue: which run is due, which is served first, which overtakes another.
#pragma once

#include "upgrade/model/run.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// Whether a drain may take the run now: it is queued and due, and no ws-upgrade waits for it.
bool is_due(const Run& run, WallTime now);

/// Whether `a` is served before `b`: running ones first, then by priority, due time and age.
bool is_served_before(const Run& a, const Run& b);

/// Which due runs a drain may take; by default all.
struct DueFilter {
  /// The configured target, for runs without their own target; empty: any target.
  std::string target;
  std::vector<std::string> versions;  ///< those with probes: possible targets of pinned runs
  /// When the drain started, by the server's clock: runs that were put back since then are skipped
  /// for a while.
  std::optional<WallTime> began;
  /// The servers that have no place left: their runs are passed over.
  std::set<std::string> full = {};

  [[nodiscard]] bool allows(const Run& run, WallTime now) const;
};

/// A run whose server was unavailable is retried by the same drain after this time.
inline constexpr std::chrono::seconds k_left_alone{300};

/// What prevents due runs from being started.
struct QueueBarriers {
  bool paused = false;
  std::set<std::string> held;           ///< workspaces
  std::set<std::string> closed_sweeps;  ///< those whose rules allow no start now
};

/// The run that a drain takes next; nullptr: none. RunQueue::next_due() does the same in SQL.
const Run* next_due(const std::vector<Run>& runs, const DueFilter& filter,
                    const QueueBarriers& barriers, WallTime now);

/// The effect of a further request on a queued run.
struct Overtaking {
  bool sooner = false;  ///< it is due earlier: it needs a new job
  bool ahead = false;   ///< it gets a better priority, if its visitor is entitled to it
  bool leaves = false;  ///< the rules of its sweep no longer apply to it

  [[nodiscard]] bool any() const { return sooner || ahead || leaves; }
};

/// @param priority, due of the request. A difference of a minute or less does not count as earlier:
/// of two logins, neither hurries the run of the other
Overtaking overtaking_of(const Run& run, int priority, WallTime due);

/// Whether the job of a queued run was lost: it got none, or it is long overdue.
/// @param idle no run is running anywhere
bool has_lost_job(const Run& run, bool idle, WallTime now);

/// Whether the due runs will be started: a process is working on the queue, or a job is due within
/// a minute. @param queue the active runs
bool is_served(const std::vector<Run>& queue, bool anybody_works, WallTime replacement_due,
               WallTime now);

}  // namespace upkeep::upgrade
