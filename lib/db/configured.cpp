// SPDX-License-Identifier: MIT
#include "db/configured.hpp"

#include <fmt/format.h>

namespace upkeep::db {

namespace {

/// Makes each later read wait until this node has applied the earlier writes of other nodes.
void wait_for_cluster(Connection& connection) {
  try {
    connection.execute("SET SESSION wsrep_sync_wait = 1");
  } catch (const Error& error) {
    if (!error.unknown_variable()) throw;
    throw ConfigError("[database] sync_reads: this server has no wsrep_sync_wait",
                      "remove the key: it is for Galera clusters");
  }
}

}  // namespace

Endpoint endpoint_of(const config::Server& server, const std::string& schema,
                     std::chrono::seconds read_timeout) {
  Endpoint endpoint;
  endpoint.host = server.host;
  endpoint.port = server.port;
  endpoint.socket = server.socket;
  endpoint.user = server.user;
  endpoint.password = server.password;
  endpoint.schema = schema;
  endpoint.tls = static_cast<Tls>(server.tls);
  endpoint.ca = server.ca;
  endpoint.connect_timeout = server.connect_timeout;
  endpoint.read_timeout = read_timeout;
  return endpoint;
}

Connection connect_control(const config::Config& config, const std::string& schema,
                           std::chrono::seconds read_timeout) {
  Endpoint endpoint = endpoint_of(config.database, schema, read_timeout);
  endpoint.obeys_read_only = true;
  try {
    Connection connection(endpoint);
    if (config.database.sync_reads) wait_for_cluster(connection);
    return connection;
  } catch (const Error& error) {
    if (!config.local_database || !error.connection_lost()) throw;
    throw upkeep::Error(
        error.status(),
        fmt::format("the private local database is not running ({})", config.database.socket),
        "start it with 'upkeep local start', or name a server in upkeep.toml");
  }
}

}  // namespace upkeep::db
