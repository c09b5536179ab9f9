// SPDX-License-Identifier: MIT
// Queries over many patches: what blocks them, what is overdue, where their time went.
#pragma once

#include "base/time.hpp"
#include "patch/lifecycle/position.hpp"
#include "patch/query/selector.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// A condition on patches `p` that have a state, which is not a released one: others are neither
/// waited for nor overdue.
Condition unfinished(const config::Patch& config);

/// What blocks an event, and since when.
struct BlockedEvent {
  Blocker reason;
  std::string since;  ///< ISO; empty if unknown
};

/// Calls `take` with every selected patch that has a lifecycle, in order, and what blocks its
/// events: items, votes and validations. A patch whose state its lifecycle lacks has one blocker
/// without an event that says so.
void for_each_blocked(
    db::Connection& connection, PositionReader& positions, const SelectorSql& selected,
    const std::function<void(const Patch&, const std::vector<BlockedEvent>&)>& take);
/// The same for patches by id.
void for_each_blocked(
    db::Connection& connection, PositionReader& positions, const std::vector<std::uint64_t>& ids,
    const std::function<void(const Patch&, const std::vector<BlockedEvent>&)>& take);

/// A stay in a state.
struct Visit {
  std::string state, from;
  std::string to;  ///< empty: the current one
};

/// The stays of a patch, in order, without undone moves.
std::vector<Visit> visits_of(const std::vector<Event>& events);

struct Reminded {
  std::int64_t times = 0;
  std::string at;  ///< the last one, ISO; empty: never
};

/// The reminders of a patch since its state was entered.
Reminded reminders(const std::vector<Event>& events);

struct Overdue {
  std::string reason;  ///< `estimate` or `checkpoint`
  std::chrono::seconds overdue{0};
  std::string nudge;  ///< `developer`, `qa` or `lead`: who must act next
  std::string who;    ///< the value of the patch's field; may be empty
  std::int64_t reminders = 0;
  std::string reminded_at;  ///< ISO; empty: never
  std::string detail;
  /// What has passed: for `estimate` the last day, else the checkpoint and its colour.
  std::string limit{};
};

/// What a patch is overdue for: the worst case of its stage, or a checkpoint of its state.
std::vector<Overdue> overdue_of(const Patch& patch, const Definition& definition,
                                const std::vector<Event>& events, const config::Patch& config,
                                WallTime now);

}  // namespace upkeep::patch::lifecycle
