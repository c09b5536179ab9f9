// SPDX-License-Identifier: MIT
// A request for a place in the queue, and its result.
#pragma once

#include "upgrade/model/run.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// How many active runs with a login's priority visitors may have; further ones are queued behind
/// the logins.
struct LoginLimits {
  int per_address = 0, in_total = 0;
};

struct ClaimRequest {
  std::string workspace, target;
  Origin origin = Origin::queue;
  int priority = k_default_priority;
  std::optional<std::string> requested_by, reason;
  std::optional<std::string> sweep;
  std::optional<std::string> server;   ///< endpoint_name() of the workspace's server
  std::optional<std::string> address;  ///< of the visitor (visitor_of()): `logins` applies
  LoginLimits logins;
  bool pinned = false;             ///< the target was given by the caller
  std::optional<std::string> via;  ///< the backend that will get a job for it
  WallTime due_at;
  int max_queue = 0;                ///< 0: no limit
  std::optional<std::string> host;  ///< of the ws-upgrade that waits for a direct run

  /// Whether `logins` applies: it has the priority of a login and comes from a visitor.
  [[nodiscard]] bool is_limited() const { return address && priority <= k_default_priority; }
  /// The resulting priority: behind the logins if the limit of the visitor, or of all visitors
  /// together, is reached.
  /// @param of_address active runs of the same visitor with a login's priority
  /// @param of_all the same for all visitors
  [[nodiscard]] int priority_beside(std::int64_t of_address, std::int64_t of_all) const {
    const bool has_room = of_address < logins.per_address && of_all < logins.in_total;
    return !is_limited() || has_room ? priority : k_default_priority + 1;
  }
};

enum class ClaimOutcome { queued, already, queue_full };

struct Claim {
  ClaimOutcome outcome = ClaimOutcome::queued;
  Run run;  ///< the new run, or the active one; undefined if the queue is full
};

/// A success confirmed by a person.
struct Acceptance {
  std::string workspace, target, who;
  std::optional<std::string> why;
  std::string detail;
  std::int64_t seen = 0;  ///< the newest failure known to that person; 0: none
};

}  // namespace upkeep::upgrade
