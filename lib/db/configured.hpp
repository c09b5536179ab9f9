// SPDX-License-Identifier: MIT
// Connects to configured servers.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <string>

namespace upkeep::db {

/// The endpoint of a configured server.
/// @param schema selected after connecting; empty: none
/// @param read_timeout a server that sends nothing for longer is considered unreachable
Endpoint endpoint_of(const config::Server& server, const std::string& schema,
                     std::chrono::seconds read_timeout);

/// Connects to the server of the control database; parameters as for endpoint_of(). If that server
/// is read-only, the session cannot write even if the account may.
/// @throws Error; with advice if it is the private local server and is not running
Connection connect_control(const config::Config& config, const std::string& schema,
                           std::chrono::seconds read_timeout);

}  // namespace upkeep::db
