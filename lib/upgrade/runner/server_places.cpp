// SPDX-License-Identifier: MIT
#include "upgrade/runner/server_places.hpp"

#include "db/named_lock.hpp"

#include <utility>

namespace upkeep::upgrade {

namespace {

/// The servers whose lock is held, in a single query.
std::set<std::string> asked_servers(db::Connection& connection, const ServerBounds& bounds,
                                    const std::string& prefix) {
  std::string sql;
  std::vector<db::Param> names;
  std::vector<std::string> endpoints;
  for (const auto& [endpoint, slots] : bounds.all()) {
    sql += sql.empty() ? "SELECT IS_USED_LOCK(?)" : ", IS_USED_LOCK(?)";
    names.emplace_back(server_lock_name(prefix, endpoint));
    endpoints.push_back(endpoint);
  }
  const auto row = connection.query(sql, names).at(0);
  std::set<std::string> asked;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    if (row.maybe_integer(i)) asked.insert(endpoints[i]);
  }
  return asked;
}

}  // namespace

std::string server_lock_name(const std::string& prefix, const std::string& endpoint) {
  return db::lock_name(prefix, "server:" + endpoint);
}

std::set<std::string> ServerPlaces::closed() const {
  std::set<std::string> both = full;
  both.insert(asked.begin(), asked.end());
  return both;
}

ServerPlaces read_places(db::Connection& connection, SlotStore& slots, const ServerBounds& bounds,
                         const std::string& prefix) {
  ServerPlaces places;
  if (bounds.empty()) return places;
  std::vector<SlotRow> rows = slots.on_servers();
  std::map<std::string, int> taken;
  for (const SlotRow& row : rows) ++taken[*row.server];
  places.full = bounds.full(taken);
  for (SlotRow& row : rows) {
    if (places.full.contains(*row.server)) places.rows.push_back(std::move(row));
  }
  places.asked = asked_servers(connection, bounds, prefix);
  return places;
}

}  // namespace upkeep::upgrade
