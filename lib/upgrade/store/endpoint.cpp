// SPDX-License-Identifier: MIT
#include "upgrade/store/endpoint.hpp"

#include "db/configured.hpp"
#include "upgrade/store/schema.hpp"

namespace upkeep::upgrade {

namespace {
// Every statement here completes within milliseconds; a server that is silent for this long is
// unavailable.
constexpr std::chrono::seconds k_read_timeout{20};
}  // namespace

db::Endpoint endpoint_of(const config::Server& server, const std::string& schema) {
  return db::endpoint_of(server, schema, k_read_timeout);
}

db::Connection connect_control(const config::Config& config) {
  db::Connection control = db::connect_control(config, config.database.schema, k_read_timeout);
  db::respect_schema(control, "ws", newest_schema());
  return control;
}

bool same_server(const config::Server& a, const config::Server& b) {
  return a.host == b.host && a.port == b.port && a.socket == b.socket && a.user == b.user &&
         a.password == b.password && a.tls == b.tls;
}

}  // namespace upkeep::upgrade
