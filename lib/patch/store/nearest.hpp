// SPDX-License-Identifier: MIT
// What is most like a patch or request that does not exist: for messages.
#pragma once

#include "db/connection.hpp"
#include "patch/store/store.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

/// The patches of the same platform with the numbers before and after it, or the requests around
/// it, the nearest first; those that there are.
std::vector<Subject> neighbours_of(db::Connection& connection, const Subject& missing);

/// The platforms that have patches, in no particular order.
std::vector<std::string> platforms_in_use(db::Connection& connection);

}  // namespace upkeep::patch
