// SPDX-License-Identifier: MIT
// How a workspace gets its place in the queue.
#pragma once

#include "upgrade/model/run.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// How many active runs with a login's priority visitors may have: further ones come behind them.
struct LoginLimits {
  int per_address = 0, in_total = 0;
};

struct ClaimRequest {
  std::string workspace, target;
  Origin origin = Origin::queue;
  int priority = k_default_priority;
  std::optional<std::string> requested_by, reason;
  std::optional<std::string> sweep;
  std::optional<std::string> address;  ///< of the visitor (visitor_of()): `logins` bind it
  LoginLimits logins;
  bool pinned = false;             ///< the target was named
  std::optional<std::string> via;  ///< the backend that is to get a job for it
  WallTime due_at;
  int max_queue = 0;                ///< 0: no limit
  std::optional<std::string> host;  ///< of the ws-upgrade that waits with a direct run

  /// Whether `logins` bind it: a visitor's, who would have a login's priority.
  [[nodiscard]] bool is_limited() const { return address && priority <= k_default_priority; }
  /// The priority that it gets: behind the logins for a visitor who has many ahead already, and
  /// when visitors have very many.
  /// @param of_address active runs with a login's priority of the same visitor
  /// @param of_all the same of all visitors
  [[nodiscard]] int priority_beside(std::int64_t of_address, std::int64_t of_all) const {
    const bool has_room = of_address < logins.per_address && of_all < logins.in_total;
    return !is_limited() || has_room ? priority : k_default_priority + 1;
  }
};

enum class ClaimOutcome { queued, already, queue_full };

struct Claim {
  ClaimOutcome outcome = ClaimOutcome::queued;
  Run run;  ///< the new one, or the active one that was there; meaningless when the queue is full
};

/// A success that a person vouches for.
struct Acceptance {
  std::string workspace, target, who;
  std::optional<std::string> why;
  std::string detail;
  std::int64_t seen = 0;  ///< its newest failure that the person knows of
};

}  // namespace upkeep::upgrade
