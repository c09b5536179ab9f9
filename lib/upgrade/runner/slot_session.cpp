// SPDX-License-Identifier: MIT
#include "upgrade/runner/slot_session.hpp"

#include "db/named_lock.hpp"
#include "upgrade/runner/server_places.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

namespace {

db::Endpoint lock_endpoint(const config::Config& config) {
  constexpr std::chrono::seconds k_more_than_any_wait{60};
  db::Endpoint endpoint = endpoint_of(config.database, "");
  endpoint.read_timeout = SlotSession::k_longest_wait + k_more_than_any_wait;
  endpoint.obeys_read_only = true;
  endpoint.can_abort = true;
  return endpoint;
}

}  // namespace

SlotSession::SlotSession(const config::Config& config, const HostState& host,
                         const EventLog& events)
    : connection(lock_endpoint(config)),
      runs(connection, config.database.schema),
      leases(connection, runs, config.database.schema),
      inspector(config, connection),
      recovery(config, connection, inspector, host, events),
      holds(connection, config.database.schema) {}

std::string SlotSession::turn_lock() const {
  return db::lock_name(prefix, "turn");
}

std::string SlotSession::slot_lock(int slot) const {
  return db::lock_name(prefix, fmt::format("slot:{}", slot));
}

std::string SlotSession::server_lock(const std::string& endpoint) const {
  return server_lock_name(prefix, endpoint);
}

}  // namespace upkeep::upgrade
