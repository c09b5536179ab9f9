// SPDX-License-Identifier: MIT
// Who may see what: [patch.see]. A patch that a person may not see does not exist in anything that
// is read on that person's behalf. The restriction belongs to the connection, not to its users, so
// that no page, report or count can forget it; what has to know every row says so with
// db::ReadsTables.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <cstdint>
#include <string>

namespace upkeep::patch {

/// From now on the connection reads only what the person may see, with the links and events that do
/// not name what is hidden. Rows that a statement locks are not restricted: see is_seen().
void see_as(db::Connection& connection, const config::Patch& config, const std::string& person);

/// Whether the connection reads this patch: for rows that were locked.
bool is_seen(db::Connection& connection, std::uint64_t patch);

/// For what can only be done by someone who sees every patch. @throws Error(not_permitted)
void need_to_see_all(const db::Connection& connection, const std::string& what);

}  // namespace upkeep::patch
