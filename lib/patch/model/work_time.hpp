// SPDX-License-Identifier: MIT
// Logged working time, and which of it counts: revoked entries and the time of undone moves are
// excluded from all sums.
#pragma once

#include "patch/model/patch.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace upkeep::patch {

/// The time that counts in the whole history of a patch.
std::chrono::seconds time_spent(const std::vector<Event>& events);

}  // namespace upkeep::patch
