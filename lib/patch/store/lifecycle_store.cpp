// SPDX-License-Identifier: MIT
#include "patch/store/lifecycle_store.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

namespace {

std::vector<std::string> names_in(const db::Rows& rows) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const db::Row& row : rows) names.push_back(row.text("name"));
  return names;
}

LifecycleRow row_of(const db::Row& row) {
  return {.name = row.text("name"),
          .version = row.integer("version"),
          .initial_state = row.text("initial_state"),
          .xml = row.text("definition")};
}

}  // namespace

std::vector<std::string> LifecycleStore::names() {
  return names_in(m_connection.query("SELECT DISTINCT name FROM lifecycle ORDER BY name"));
}

std::vector<std::string> LifecycleStore::names_like(const std::string& name) {
  return names_in(m_connection.query(
      "SELECT DISTINCT name FROM lifecycle WHERE LOWER(name) = LOWER(?)", {name}));
}

std::optional<std::int64_t> LifecycleStore::newest_version(const std::string& name) {
  return m_connection.query("SELECT MAX(version) AS version FROM lifecycle WHERE name = ?", {name})
      .at(0)
      .maybe_integer("version");
}

std::optional<LifecycleRow> LifecycleStore::newest(const std::string& name, bool lock) {
  const db::Rows rows = m_connection.query(
      fmt::format("SELECT name, version, initial_state, definition FROM lifecycle WHERE name = ?"
                  " ORDER BY version DESC LIMIT 1{}",
                  lock ? " FOR UPDATE" : ""),
      {name});
  if (rows.empty()) return std::nullopt;
  return row_of(rows[0]);
}

std::vector<LifecycleRow> LifecycleStore::all() {
  const db::Rows rows = m_connection.query(
      "SELECT name, version, initial_state, definition FROM lifecycle ORDER BY name, version");
  std::vector<LifecycleRow> all;
  all.reserve(rows.size());
  for (const db::Row& row : rows) all.push_back(row_of(row));
  return all;
}

std::optional<std::string> LifecycleStore::xml(const std::string& name, std::int64_t version) {
  const db::Rows rows = m_connection.query(
      "SELECT definition FROM lifecycle WHERE name = ? AND version = ?", {name, version});
  if (rows.empty()) return std::nullopt;
  return rows[0].text("definition");
}

void LifecycleStore::insert(const LifecycleRow& row, const std::string& user) {
  m_connection.execute(
      "INSERT INTO lifecycle (name, version, initial_state, definition, loaded_at, loaded_by)"
      " VALUES (?, ?, ?, ?, UTC_TIMESTAMP(), ?)",
      {row.name, row.version, row.initial_state, row.xml, user});
}

bool LifecycleStore::insert_if_absent(const LifecycleRow& row, const std::string& user) {
  return m_connection.execute(
             "INSERT IGNORE INTO lifecycle (name, version, initial_state, definition, loaded_at,"
             " loaded_by) VALUES (?, ?, ?, ?, UTC_TIMESTAMP(), ?)",
             {row.name, row.version, row.initial_state, row.xml, user}) > 0;
}

}  // namespace upkeep::patch
