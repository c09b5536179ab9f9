// SPDX-License-Identifier: MIT
#include "upgrade/store/hold_store.hpp"

#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

HoldStore::HoldStore(db::Connection& connection, const std::string& schema)
    : m_connection(connection), m_table(db::quoted_identifier(schema) + ".hold") {}

std::optional<Hold> HoldStore::find(const std::string& workspace) {
  const auto found = of({workspace});
  if (found.empty()) return std::nullopt;
  return found.begin()->second;
}

std::map<std::string, Hold> HoldStore::of(const Names& names) {
  // Few workspaces are held: for many names, reading the whole table is cheaper than their list.
  constexpr std::size_t k_most_named = 100;
  std::string where;
  std::vector<db::Param> params;
  if (!names.empty() && names.size() <= k_most_named) {
    where = " WHERE workspace IN (?";
    for (std::size_t i = 1; i < names.size(); ++i) where += ", ?";
    where += ")";
    params.assign(names.begin(), names.end());
  }
  std::map<std::string, Hold> found;
  for (const db::Row& row : m_connection.query(
           fmt::format("SELECT workspace, held_at, held_by, reason, gate_closed FROM {}{}", m_table,
                       where),
           params)) {
    Hold hold;
    hold.workspace = row.text("workspace");
    hold.since = from_sql(row.text("held_at"));
    hold.by = row.text("held_by");
    hold.reason = row.text("reason");
    hold.gate_closed = row.integer("gate_closed") != 0;
    found.emplace(hold.workspace, std::move(hold));
  }
  return found;
}

void HoldStore::hold(const Hold& hold) {
  const std::string by = fitting(hold.by);
  const std::string reason = fitting(hold.reason);
  const int closed = hold.gate_closed ? 1 : 0;
  m_connection.execute(
      fmt::format("INSERT INTO {} (workspace, held_at, held_by, reason, gate_closed)"
                  " VALUES (?, UTC_TIMESTAMP(3), ?, ?, ?)"
                  " ON DUPLICATE KEY UPDATE held_by = ?, reason = ?, gate_closed = ?",
                  m_table),
      {hold.workspace, by, reason, closed, by, reason, closed});
}

bool HoldStore::release(const std::string& workspace) {
  return m_connection.execute(fmt::format("DELETE FROM {} WHERE workspace = ?", m_table),
                              {workspace}) == 1;
}

}  // namespace upkeep::upgrade
