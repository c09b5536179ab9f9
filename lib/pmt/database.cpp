// SPDX-License-Identifier: MIT
#include "pmt/database.hpp"

#include <fmt/format.h>

namespace upkeep::pmt {

namespace {
// A selector that no index helps reads every document; a server silent for longer is away.
constexpr int k_read_timeout_s = 120;
}  // namespace

db::Connection connect(const config::Config& config) {
  const config::Database& from = config.database;
  db::Endpoint endpoint;
  endpoint.host = from.host;
  endpoint.port = from.port;
  endpoint.socket = from.socket;
  endpoint.user = from.user;
  endpoint.password = from.password;
  endpoint.schema = from.schema;
  endpoint.tls = static_cast<db::Tls>(from.tls);
  endpoint.ca = from.ca;
  endpoint.connect_timeout_s = from.connect_timeout_s;
  endpoint.read_timeout_s = k_read_timeout_s;
  try {
    return db::Connection(endpoint);
  } catch (const db::Error& error) {
    if (!config.local_database || !error.connection_lost()) throw;
    throw Error(error.status(),
                fmt::format("the private local database does not run ({})", from.socket),
                "start it with 'upkeep local start', or name a server in upkeep.toml");
  }
}

}  // namespace upkeep::pmt
