// SPDX-License-Identifier: MIT
#include "upgrade/gate/page_door.hpp"

#include "base/boot_time.hpp"
#include "base/text.hpp"
#include "db/connection.hpp"
#include "upgrade/store/endpoint.hpp"

#include <algorithm>

namespace upkeep::upgrade {

MapNames::MapNames(const config::Config& config, Refreshed<Listing>& listing)
    : m_config(config),
      m_map(config),
      m_listing(listing),
      m_schemas([this] { return read_schemas(); }) {}

bool MapNames::is_nowhere(const std::string& name) {
  if (m_config.workspaces.discover != config::Discover::schemas) {
    const auto listing = m_listing.recent();
    return listing && !listing->has(name);
  }
  const auto names = m_schemas.recent();
  return names && !names->contains(lower(name));
}

MapNames::Names MapNames::read_schemas() const {
  Names names;
  for (const config::Server& server : m_config.servers) {
    db::Connection connection(endpoint_of(server, ""));
    for (const db::Row& row : connection.query(
             "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE ?"
             " ESCAPE '!'",
             {m_map.like_pattern()})) {
      if (const auto name = m_map.workspace_of(row.text(0), true)) names.insert(lower(*name));
    }
  }
  return names;
}

std::string_view PageDoor::answer(std::string_view question) {
  question.remove_prefix(std::min(question.size(), k_prefix.size()));
  const auto slash = question.find('/');
  const std::string name(question.substr(0, slash));
  const std::string address(slash == std::string_view::npos ? "" : question.substr(slash + 1));
  const BootTime now = BootClock::now();
  if (m_map.objection(name) || m_names.is_nowhere(name))
    return m_strangers.take(now) ? "ask" : "none";
  return m_limit.take(address, now) ? "ask" : "busy";
}

}  // namespace upkeep::upgrade
