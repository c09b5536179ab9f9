// SPDX-License-Identifier: MIT
// Connections from the configuration.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <string>

namespace upkeep::upgrade {

/// How to reach a configured server. @param schema selected after connecting; empty: none
db::Endpoint endpoint_of(const config::Server& server, const std::string& schema);

/// Connects to the control database and selects its schema. @throws db::Error, with advice if it is
/// the private local one and is not running
db::Connection connect_control(const config::Config& config);

/// Whether both denote the same server and account, so that one connection serves both.
bool same_server(const config::Server& a, const config::Server& b);

}  // namespace upkeep::upgrade
