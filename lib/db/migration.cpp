// SPDX-License-Identifier: MIT
#include "db/migration.hpp"

#include "db/named_lock.hpp"

#include <fmt/format.h>

namespace upkeep::db {

namespace {

/// Held while one `upkeep init` works; a second one waits for it.
class InitLock {
 public:
  explicit InitLock(Connection& connection) : m_connection(connection) {
    const std::string schema = connection.query("SELECT DATABASE()").at(0).text(0);
    m_name = lock_name("upkeep-init", schema);
    constexpr int k_wait_s = 120;
    constexpr int k_not_supported = 1235;
    try {
      if (!get_lock(connection, m_name, k_wait_s)) {
        throw upkeep::Error(ExitStatus::try_later, "another 'upkeep init' is still at work",
                            "try again when it is done");
      }
    } catch (const Error& error) {
      if (error.number() != k_not_supported) throw;
      m_name.clear();  // a cluster node that refuses GET_LOCK: the statements are safe under two at
                       // once
    }
  }
  InitLock(const InitLock&) = delete;
  InitLock& operator=(const InitLock&) = delete;
  ~InitLock() {
    try {
      if (!m_name.empty()) release_lock(m_connection, m_name);
    } catch (...) {  // NOLINT(bugprone-empty-catch): the session's end releases it
    }
  }

 private:
  Connection& m_connection;
  std::string m_name;
};

/// DDL is not undone by a rollback: an init that was killed has left its first statements behind.
void apply(Connection& connection, const std::string& statement) {
  try {
    connection.execute(statement);
  } catch (const Error& error) {
    if (!error.already_added()) throw;
  }
}

}  // namespace

int schema_version(Connection& connection, const std::string& component) {
  try {
    const Rows rows =
        connection.query("SELECT version FROM schema_version WHERE component = ?", {component});
    return rows.empty() ? 0 : static_cast<int>(rows[0].integer(0));
  } catch (const Error& error) {
    if (error.missing_object()) return 0;
    throw;
  }
}

MigrationReport migrate(Connection& connection, const std::string& component,
                        const std::vector<Migration>& migrations) {
  const int newest = migrations.empty() ? 0 : migrations.back().version;
  MigrationReport report;
  report.before = report.after = schema_version(connection, component);
  if (report.before > newest) {
    throw ConfigError(
        fmt::format("the schema's part '{}' has version {}, this program knows up to {}", component,
                    report.before, newest),
        "install the newer upkeep on this machine too");
  }
  if (report.before == newest) return report;  // nothing is written, so a reader may run init too
  const InitLock lock(connection);
  connection.execute(
      "CREATE TABLE IF NOT EXISTS schema_version ("
      " component VARCHAR(16) NOT NULL PRIMARY KEY,"
      " version INT NOT NULL,"
      " migrated_at DATETIME(3) NOT NULL) ENGINE=InnoDB");
  report.before = report.after = schema_version(connection, component);
  for (const Migration& migration : migrations) {
    if (migration.version <= report.after) continue;
    for (const std::string& statement : migration.statements) apply(connection, statement);
    connection.execute(
        "INSERT INTO schema_version VALUES (?, ?, UTC_TIMESTAMP(3))"
        " ON DUPLICATE KEY UPDATE version = VALUES(version), migrated_at = VALUES(migrated_at)",
        {component, migration.version});
    report.after = migration.version;
  }
  return report;
}

}  // namespace upkeep::db
