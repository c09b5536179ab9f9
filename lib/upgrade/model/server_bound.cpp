// SPDX-License-Identifier: MIT
#include "upgrade/model/server_bound.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

namespace {
constexpr std::size_t k_endpoint_bytes = 255;  // the columns of the tables `run` and `slot`
}  // namespace

std::string endpoint_name(const config::Server& server) {
  const std::string name =
      server.host.empty() ? server.socket : fmt::format("{}:{}", lower(server.host), server.port);
  return utf8_prefix(name, k_endpoint_bytes);
}

std::optional<std::string> endpoint_name_of(const config::Config& config, const std::string& name) {
  for (const config::Server& server : config.servers) {
    if (server.name == name) return endpoint_name(server);
  }
  return std::nullopt;
}

ServerBounds::ServerBounds(const config::Config& config) {
  for (const config::Server& server : config.servers) {
    const std::string endpoint = endpoint_name(server);
    m_names.emplace(endpoint, server.name);
    if (server.slots == 0) continue;
    const auto [known, is_new] = m_slots.emplace(endpoint, server.slots);
    if (!is_new) known->second = std::min(known->second, server.slots);
  }
}

std::optional<int> ServerBounds::of(const std::string& endpoint) const {
  const auto found = m_slots.find(endpoint);
  return found == m_slots.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> ServerBounds::known() const {
  std::vector<std::string> endpoints;
  endpoints.reserve(m_names.size());
  for (const auto& [endpoint, name] : m_names) endpoints.push_back(endpoint);
  return endpoints;
}

std::string ServerBounds::name_of(const std::string& endpoint) const {
  const auto found = m_names.find(endpoint);
  return found == m_names.end() ? endpoint : found->second;
}

std::set<std::string> ServerBounds::full(const std::map<std::string, int>& taken) const {
  std::set<std::string> found;
  for (const auto& [endpoint, slots] : m_slots) {
    const auto here = taken.find(endpoint);
    if (here != taken.end() && here->second >= slots) found.insert(endpoint);
  }
  return found;
}

std::optional<int> free_place(const std::vector<int>& taken, std::optional<int> slots) {
  if (slots && static_cast<int>(taken.size()) >= *slots) return std::nullopt;
  int place = 1;
  while (std::find(taken.begin(), taken.end(), place) != taken.end()) ++place;
  return place;
}

}  // namespace upkeep::upgrade
