// SPDX-License-Identifier: MIT
// From configuration to connections.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <string>

namespace upkeep::db {

/// How to reach a configured server.
/// @param schema selected after connecting; empty: none
/// @param read_timeout a server that is silent for longer is away
Endpoint endpoint_of(const config::Server& server, const std::string& schema,
                     std::chrono::seconds read_timeout);

/// The server of the control database; parameters as of endpoint_of(). Where it is read only it
/// takes no writes, whatever the account may.
/// @throws Error; with advice where it is the private local one, which does not run
Connection connect_control(const config::Config& config, const std::string& schema,
                           std::chrono::seconds read_timeout);

}  // namespace upkeep::db
