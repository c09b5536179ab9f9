// SPDX-License-Identifier: MIT
#include "patch/store/type_store.hpp"

#include "base/error.hpp"
#include "db/transaction.hpp"

namespace upkeep::patch {

ArtifactType TypeStore::current() {
  const db::Rows rows =
      m_connection.query("SELECT rxt FROM artifact_type ORDER BY version DESC LIMIT 1");
  if (rows.empty()) throw ConfigError("no artifact type is loaded", "run 'upkeep init'");
  return ArtifactType::parse(rows[0].text("rxt"), "the loaded artifact type");
}

bool TypeStore::has_any() {
  return !m_connection.query("SELECT version FROM artifact_type LIMIT 1").empty();
}

void TypeStore::add(const std::string& rxt, const std::string& user) {
  db::transact(m_connection, [&] {
    m_connection.execute(
        "INSERT INTO artifact_type (rxt, loaded_at, loaded_by) VALUES (?, UTC_TIMESTAMP(), ?)",
        {rxt, user});
  });
}

bool TypeStore::add_first(const std::string& rxt, const std::string& user) {
  // The version is given, so a second row is refused.
  return m_connection.execute(
             "INSERT IGNORE INTO artifact_type (version, rxt, loaded_at, loaded_by)"
             " VALUES (1, ?, UTC_TIMESTAMP(), ?)",
             {rxt, user}) > 0;
}

}  // namespace upkeep::patch
