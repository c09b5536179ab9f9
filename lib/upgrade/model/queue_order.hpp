// SPDX-License-Identifier: MIT
// The order of the queue: which run is due, which of two is served first, who overtakes whom.
#pragma once

#include "upgrade/model/run.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// Whether a drain may take it by now: queued, not waited for by a ws-upgrade, and due.
bool is_due(const Run& run, WallTime now);

/// Whether `a` is served before `b`: what runs first, then by priority, due time and age.
bool is_served_before(const Run& a, const Run& b);

/// Which due runs a drain may take; as made, every one.
struct DueFilter {
  /// The configured target, which runs without a target of their own mean; empty: any target.
  std::string target;
  std::vector<std::string> versions;  ///< those with probes: what a pinned run may go to
  /// When the drain began, by the server's clock: what was put back since then is left for a while.
  std::optional<WallTime> began;

  [[nodiscard]] bool allows(const Run& run, WallTime now) const;
};

/// A run whose server was away is tried again by the same drain after this long.
inline constexpr std::chrono::seconds k_left_alone{300};

/// What keeps due runs from being started.
struct QueueBarriers {
  bool paused = false;
  std::set<std::string> held;           ///< workspaces
  std::set<std::string> closed_sweeps;  ///< those whose rules start nothing now
};

/// The run that a drain takes next; nullptr: none. RunQueue::next_due() asks the database the same.
const Run* next_due(const std::vector<Run>& runs, const DueFilter& filter,
                    const QueueBarriers& barriers, WallTime now);

/// What a further request does to a run that is queued already.
struct Overtaking {
  bool sooner = false;  ///< it is due sooner: it needs a new job
  bool ahead = false;   ///< it gets a better priority, where its visitor has room for it
  bool leaves = false;  ///< it is no longer bound by the rules of its sweep

  [[nodiscard]] bool any() const { return sooner || ahead || leaves; }
};

/// @param priority, due of the request. One that is sooner by a minute or less is not sooner: of
/// two logins neither hurries the other's run
Overtaking overtaking_of(const Run& run, int priority, WallTime due);

/// Whether the job of a queued run has come to nothing: it got none, or is long overdue.
/// @param idle no run is running anywhere
bool has_lost_job(const Run& run, bool idle, WallTime now);

/// Whether something starts the queued runs that are due: a process works, or a job is to come
/// within a minute. @param queue the active runs
bool is_served(const std::vector<Run>& queue, bool anybody_works, WallTime replacement_due,
               WallTime now);

}  // namespace upkeep::upgrade
