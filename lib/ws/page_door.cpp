// SPDX-License-Identifier: MIT
#include "ws/page_door.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"
#include "ws/endpoint.hpp"

#include <algorithm>
#include <exception>

namespace upkeep::ws {

namespace {
constexpr std::int64_t k_read_every_ms = 2000;
constexpr std::int64_t k_share_of_listing = 20;  // where there are many, or they are far away
}  // namespace

bool MapNames::is_nowhere(const std::string& name) {
  const std::int64_t now = boot_clock_ms();
  if (is_ready(m_running)) {
    m_names = m_running.get();
    const std::int64_t pause = std::max(k_read_every_ms, k_share_of_listing * (now - m_began));
    m_read_at = m_began;
    m_next = now + pause;
    m_lasts = 3 * pause;
  }
  if (!m_running.valid() && now >= m_next) {
    m_began = now;
    m_running = m_worker.post([this] { return read(); });
  }
  return m_names && now < m_read_at + m_lasts && !m_names->contains(lower(name));
}

std::shared_ptr<const MapNames::Names> MapNames::read() const {
  auto names = std::make_shared<Names>();
  try {
    if (m_config.workspaces.discover == config::Discover::sites) {
      for (const std::string& name : m_map.sites()) names->insert(lower(name));
      return names;
    }
    for (const config::Server& server : m_config.servers) {
      db::Connection connection(endpoint_of(server, ""));
      for (const db::Row& row : connection.query(
               "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE ?"
               " ESCAPE '!'",
               {m_map.like_pattern()})) {
        if (const auto name = m_map.workspace_of(row.text(0), true)) names->insert(lower(*name));
      }
    }
    return names;
  } catch (const std::exception&) {  // then nobody knows
    return nullptr;
  }
}

std::string_view PageDoor::answer(std::string_view question) {
  question.remove_prefix(std::min(question.size(), k_prefix.size()));
  const auto slash = question.find('/');
  const std::string name(question.substr(0, slash));
  const std::string address(slash == std::string_view::npos ? "" : question.substr(slash + 1));
  const std::int64_t now = boot_clock_ms();
  if (m_map.objection(name) || m_names.is_nowhere(name))
    return m_strangers.take(now) ? "ask" : "none";
  return m_limit.take(address, now) ? "ask" : "busy";
}

}  // namespace upkeep::ws
