// SPDX-License-Identifier: MIT
// What a session must be like for our statements to mean what they say.
#pragma once

#include "db/connection.hpp"

namespace upkeep::db {

/// Sets everything that changes what our statements mean, whatever the server, the account or
/// init_connect gave. One round trip on servers that know all of it.
/// @param obeys_read_only a server that is read only takes no writes of this session
/// @throws db::Error
void set_session_state(Connection& connection, bool obeys_read_only);

}  // namespace upkeep::db
