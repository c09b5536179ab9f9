// SPDX-License-Identifier: MIT
// Logged working time, and which of it counts: revoked entries and the time of undone moves are
// excluded from all sums.
#pragma once

#include "patch/model/patch.hpp"

#include <cstdint>
#include <vector>

namespace upkeep::patch {

/// The seconds that count in the whole history of a patch.
std::int64_t time_spent(const std::vector<Event>& events);

}  // namespace upkeep::patch
