// SPDX-License-Identifier: MIT
// Logged working time, and which of it counts: revoked entries and the time of undone moves are
// excluded from all sums. `e` is the event's alias in SQL.
#pragma once

#include "patch/model/patch.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace upkeep::patch {

/// True for events whose time counts.
std::string time_counts_sql();

/// The time by which an event's time is summed: the day of the work, or when it was logged.
std::string time_at_sql();

/// The seconds that count in the whole history of a patch.
std::int64_t time_spent(const std::vector<Event>& events);

}  // namespace upkeep::patch
