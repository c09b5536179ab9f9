// SPDX-License-Identifier: MIT
// Session settings on which the meaning of our statements depends.
#pragma once

#include "db/connection.hpp"

#include <string>

namespace upkeep::db {

/// The statement that sets everything that affects the meaning of our statements, overriding the
/// server, the account and init_connect. It is the first of the session, before the client
/// library's own queries.
/// @param obeys_read_only the session cannot write if the server is read-only
std::string session_state(bool obeys_read_only);

/// Applies the same settings one by one, for a server that lacks some of them.
/// @throws db::Error
void set_known_session_state(Connection& connection, bool obeys_read_only);

}  // namespace upkeep::db
