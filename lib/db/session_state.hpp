// SPDX-License-Identifier: MIT
// What a session must be like for our statements to mean what they say.
#pragma once

#include "db/connection.hpp"

#include <string>

namespace upkeep::db {

/// The statement that sets everything that changes what our statements mean, whatever the server,
/// the account or init_connect gave: the session's first, before the client library asks anything.
/// @param obeys_read_only a server that is read only takes no writes of this session
std::string session_state(bool obeys_read_only);

/// The same, one by one, for a server that does not know one of them.
/// @throws db::Error
void set_known_session_state(Connection& connection, bool obeys_read_only);

}  // namespace upkeep::db
