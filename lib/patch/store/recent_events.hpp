// SPDX-License-Identifier: MIT
// The part of a history that tells where a patch stands.
#pragma once

#include "db/connection.hpp"
#include "patch/model/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// A condition on events `e`: those that a position is made of.
inline constexpr std::string_view k_of_position_sql =
    "e.action IN ('tick', 'untick', 'vote', 'unvote', 'move', 'undo', 'create', 'attach')";

/// The newest `newest` events of a patch, and of the earlier ones those that its position and its
/// estimates are made of, and the event `also`. Oldest first.
/// @pre newest > 0
std::vector<Event> recent_events(db::Connection& connection, std::uint64_t patch,
                                 std::size_t newest, std::uint64_t also = 0);

/// The events that the positions of patches are made of, their reminders and their estimates. By
/// patch, oldest first.
std::vector<Event> events_of_positions(db::Connection& connection,
                                       const std::vector<std::uint64_t>& patches);

}  // namespace upkeep::patch
