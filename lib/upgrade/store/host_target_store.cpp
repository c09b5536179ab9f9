// SPDX-License-Identifier: MIT
#include "upgrade/store/host_target_store.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

HostTargets::HostTargets(db::Connection& connection, const std::string& schema)
    : m_connection(connection), m_table(db::quoted_identifier(schema) + ".host_target") {}

void HostTargets::note(const std::string& host, const std::string& target) {
  const auto rows = m_connection.query(
      fmt::format("SELECT target = ? AND seen_at > UTC_TIMESTAMP(3) - INTERVAL 1 HOUR AS is_known"
                  " FROM {}"
                  " WHERE host = ?",
                  m_table),
      {target, host});
  if (!rows.empty() && rows[0].integer("is_known") == 1) return;
  // In this order: `since` depends on the previous target.
  m_connection.execute(
      fmt::format("INSERT INTO {} (host, target, since, seen_at)"
                  " VALUES (?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE"
                  " since = CASE WHEN target = VALUES(target) THEN since ELSE VALUES(since) END,"
                  " target = VALUES(target), seen_at = VALUES(seen_at)",
                  m_table),
      {host, target});
}

std::set<std::string> HostTargets::newer_than(const std::string& host) {
  std::set<std::string> targets;
  for (const db::Row& row : m_connection.query(
           fmt::format("SELECT o.target FROM {0} o LEFT JOIN {0} own ON own.host = ?"
                       " WHERE o.host <> ? AND o.seen_at > UTC_TIMESTAMP(3) - INTERVAL 2 DAY"
                       " AND (own.host IS NULL OR o.since > own.since)",
                       m_table),
           {host, host})) {
    targets.insert(row.text("target"));
  }
  return targets;
}

std::string HostTargets::of(const std::string& host) {
  const auto rows =
      m_connection.query(fmt::format("SELECT target FROM {} WHERE host = ?", m_table), {host});
  return rows.empty() ? "" : rows[0].text("target");
}

}  // namespace upkeep::upgrade
