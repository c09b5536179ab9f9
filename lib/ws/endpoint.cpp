// SPDX-License-Identifier: MIT
#include "ws/endpoint.hpp"

#include <fmt/format.h>

namespace upkeep::ws {

namespace {
// Every statement here answers within milliseconds; a server that says nothing for this long is
// away.
constexpr int k_read_timeout_s = 20;
}  // namespace

db::Endpoint endpoint_of(const config::Server& server, const std::string& schema) {
  db::Endpoint endpoint;
  endpoint.host = server.host;
  endpoint.port = server.port;
  endpoint.socket = server.socket;
  endpoint.user = server.user;
  endpoint.password = server.password;
  endpoint.schema = schema;
  endpoint.tls = static_cast<db::Tls>(server.tls);
  endpoint.ca = server.ca;
  endpoint.connect_timeout_s = server.connect_timeout_s;
  endpoint.read_timeout_s = k_read_timeout_s;
  return endpoint;
}

db::Connection connect_control(const config::Config& config) {
  try {
    return db::Connection(endpoint_of(config.database, config.database.schema));
  } catch (const db::Error& error) {
    if (!config.local_database || !error.connection_lost()) throw;
    throw Error(error.status(),
                fmt::format("the private local database does not run ({})", config.database.socket),
                "start it with 'upkeep local start', or name a server in upkeep.toml");
  }
}

bool same_server(const config::Server& a, const config::Server& b) {
  return a.host == b.host && a.port == b.port && a.socket == b.socket && a.user == b.user &&
         a.password == b.password && a.tls == b.tls;
}

}  // namespace upkeep::ws
