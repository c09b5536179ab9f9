// SPDX-License-Identifier: MIT
#include "patch/store/type_store.hpp"

#include "base/error.hpp"
#include "db/transaction.hpp"

namespace upkeep::patch {

namespace {

ArtifactType parsed_type(const std::string& text) {
  return ArtifactType::parse(text, "the loaded artifact type");
}

}  // namespace

std::string TypeStore::current_text() {
  const db::Rows rows =
      m_connection.query("SELECT rxt FROM artifact_type ORDER BY version DESC LIMIT 1");
  if (rows.empty()) throw ConfigError("no artifact type is loaded", "run 'upkeep init'");
  return rows[0].text("rxt");
}

ArtifactType TypeStore::current() {
  return parsed_type(current_text());
}

std::shared_ptr<const ArtifactType> TypeStore::current(ParsedTypes* parsed) {
  if (parsed == nullptr) return std::make_shared<const ArtifactType>(current());
  const std::string text = current_text();
  return parsed->value_of({}, text, [&] { return parsed_type(text); });
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
