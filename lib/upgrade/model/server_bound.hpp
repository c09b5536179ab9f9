// SPDX-License-Identifier: MIT
// `slots` of `[[server]]`: how many upgrades may run at one time on the workspaces of one server. A
// lease has a place on the server of its run, numbered from 1. No two leases have the same place
// (the unique key of the table `slot`), and none of a bounded server has one beyond its bound.
#pragma once

#include "config/config.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// How a server is identified in the tables: `host:port`, or the path of its socket. Hosts that
/// spell it differently count separately.
std::string endpoint_name(const config::Server& server);

/// The endpoint of the server with this name in the configuration; nullopt: there is none.
std::optional<std::string> endpoint_name_of(const config::Config& config, const std::string& name);

/// The bounds that a configuration sets.
class ServerBounds {
 public:
  ServerBounds() = default;
  /// Of two `[[server]]` with one endpoint, the smaller bound counts.
  explicit ServerBounds(const config::Config& config);

  /// Whether no server is bounded.
  [[nodiscard]] bool empty() const noexcept { return m_slots.empty(); }
  /// nullopt: not bounded, or not known here.
  [[nodiscard]] std::optional<int> of(const std::string& endpoint) const;
  /// Of each bounded server, by its endpoint.
  [[nodiscard]] const std::map<std::string, int>& all() const noexcept { return m_slots; }
  /// The endpoints of all configured servers.
  [[nodiscard]] std::vector<std::string> known() const;
  /// The server's name in the configuration; the endpoint if it is not configured here.
  [[nodiscard]] std::string name_of(const std::string& endpoint) const;
  /// Those that have no place left. @param taken places, by endpoint
  [[nodiscard]] std::set<std::string> full(const std::map<std::string, int>& taken) const;

 private:
  std::map<std::string, int> m_slots;
  std::map<std::string, std::string> m_names;
};

/// The lowest place that no lease has. @param taken the places of all other leases on the server
/// @param slots the server's bound on this host; nullopt: none. Another host may have been
/// configured with more, so places beyond it count as well
/// @returns nullopt: it is full
std::optional<int> free_place(const std::vector<int>& taken, std::optional<int> slots);

}  // namespace upkeep::upgrade
