// SPDX-License-Identifier: MIT
// Working time that was logged, and which of it counts: an entry that was revoked, or the time of a
// move that was undone, is in no sum. `e` is the event's alias in SQL.
#pragma once

#include "patch/model/patch.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace upkeep::patch {

/// True for an event whose time counts.
std::string time_counts_sql();

/// The moment under which an event's time is summed: the day of the work, or when it was logged.
std::string time_at_sql();

/// Seconds that count, of the whole history of a patch.
std::int64_t time_spent(const std::vector<Event>& events);

}  // namespace upkeep::patch
