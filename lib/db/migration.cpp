// SPDX-License-Identifier: MIT
#include "db/migration.hpp"

#include "base/text.hpp"
#include "base/warning.hpp"
#include "db/named_lock.hpp"

#include <fmt/format.h>

#include <atomic>
#include <mutex>

namespace upkeep::db {

namespace {

/// Held while an `upkeep init` is running; a second one waits for it.
class InitLock {
 public:
  explicit InitLock(Connection& connection) : m_connection(connection) {
    const std::string schema = connection.query("SELECT DATABASE()").at(0).text(0);
    m_name = lock_name("upkeep-init", schema);
    constexpr std::chrono::seconds k_wait{120};
    try {
      if (!get_lock(connection, m_name, k_wait)) {
        throw upkeep::Error(ExitStatus::try_later, "another 'upkeep init' is still running",
                            "try again when it is done");
      }
    } catch (const Error& error) {
      if (!error.not_supported()) throw;
      m_name.clear();  // a cluster node refuses GET_LOCK: two may safely
                       // run the statements in parallel
    }
  }
  InitLock(const InitLock&) = delete;
  InitLock& operator=(const InitLock&) = delete;
  ~InitLock() {
    try {
      if (!m_name.empty()) release_lock(m_connection, m_name);
    } catch (...) {  // NOLINT(bugprone-empty-catch): it is released when the session ends
    }
  }

 private:
  Connection& m_connection;
  std::string m_name;
};

/// A rollback does not undo DDL: an init that was killed has left its first statements applied.
void apply(Connection& connection, const std::string& statement) {
  try {
    connection.execute(statement);
  } catch (const Error& error) {
    if (!error.already_added()) throw;
  }
}

/// Why this process must not write.
struct Refusal {
  std::atomic<bool> given = false;
  std::mutex mutex;
  std::string why;
};

Refusal& refusal() {
  static Refusal refusal;
  return refusal;
}

/// Compares versions such as `1.10.2` numerically.
bool is_older(const std::string& program, const std::string& least) {
  const auto numbers = [](const std::string& version) {
    std::vector<long long> found;
    for (const std::string& part : split(version, '.'))
      found.push_back(to_integer(part).value_or(0));
    return found;
  };
  return numbers(program) < numbers(least);
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

std::optional<std::string> writing_objection(Connection& connection, const std::string& component,
                                             int newest, const std::string& schema) {
  constexpr std::size_t k_version = 1, k_min_writer = 3;
  Rows rows;
  try {  // all columns: older schemas have no min_writer
    const std::string table =
        (schema.empty() ? "" : quoted_identifier(schema) + ".") + "schema_version";
    rows =
        connection.query(fmt::format("SELECT * FROM {} WHERE component = ?", table), {component});
  } catch (const Error& error) {
    if (!error.missing_object()) throw;
  }
  if (rows.empty()) return std::nullopt;  // the first real statement fails with a better message
  const std::int64_t version = rows[0].integer(k_version);
  const std::string least = rows[0].size() > k_min_writer ? rows[0].text(k_min_writer) : "";
  const bool may_write = least.empty() ? version <= newest : !is_older(UPKEEP_VERSION, least);
  if (may_write) return std::nullopt;
  return fmt::format(
      "this is upkeep {}, which knows version {} of the schema's part '{}'; it has "
      "version {}{}",
      UPKEEP_VERSION, newest, component, version,
      least.empty() ? "" : fmt::format(" and may only be written by upkeep {} or later", least));
}

void respect_schema(Connection& connection, const std::string& component, int newest,
                    const std::string& schema) {
  const auto objection = writing_objection(connection, component, newest, schema);
  if (!objection) return;
  const std::lock_guard lock(refusal().mutex);
  if (refusal().given) return;
  refusal().why = *objection;
  refusal().given = true;
  warn(*objection + ": this process does not write");
}

void check_writes() {
  if (!refusal().given) return;
  const std::lock_guard lock(refusal().mutex);
  throw ConfigError(refusal().why, "install the newer upkeep on this machine too");
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
  if (report.before == newest) return report;  // nothing to write: readers may run init
  const InitLock lock(connection);
  connection.execute(
      "CREATE TABLE IF NOT EXISTS schema_version ("
      " component VARCHAR(16) NOT NULL PRIMARY KEY,"
      " version INT NOT NULL,"
      " migrated_at DATETIME(3) NOT NULL,"
      " min_writer VARCHAR(32) CHARACTER SET ascii NULL) ENGINE=InnoDB");
  apply(connection,
        "ALTER TABLE schema_version ADD COLUMN min_writer VARCHAR(32) CHARACTER SET ascii NULL");
  report.before = report.after = schema_version(connection, component);
  for (const Migration& migration : migrations) {
    if (migration.version <= report.after) continue;
    for (const std::string& statement : migration.statements) apply(connection, statement);
    connection.execute(
        "INSERT INTO schema_version (component, version, migrated_at, min_writer)"
        " VALUES (?, ?, UTC_TIMESTAMP(3), ?)"
        " ON DUPLICATE KEY UPDATE version = VALUES(version), migrated_at = VALUES(migrated_at),"
        " min_writer = VALUES(min_writer)",
        {component, migration.version,
         migration.min_writer.empty() ? std::nullopt : std::optional(migration.min_writer)});
    report.after = migration.version;
  }
  return report;
}

}  // namespace upkeep::db
