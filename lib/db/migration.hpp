// SPDX-License-Identifier: MIT
// Schema versions. Each half of the suite has its own list of migrations, in one schema.
#pragma once

#include "db/connection.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::db {

/// One step. Its statements must be harmless if run twice (after a killed `upkeep init`).
struct Migration {
  int version;  ///< 1, 2, 3 …
  std::vector<std::string> statements;
  /// The oldest program version that may still write after this step; empty: only programs that
  /// know it.
  std::string min_writer = {};
};

struct MigrationReport {
  int before = 0;
  int after = 0;
};

/// Upgrades `component` of the selected schema to its newest version; safe to run concurrently.
/// @throws db::Error; ConfigError if the schema is newer than this program knows
MigrationReport migrate(Connection& connection, const std::string& component,
                        const std::vector<Migration>& migrations);

/// The version of `component` in the selected schema; 0 if it is missing. @throws db::Error
int schema_version(Connection& connection, const std::string& component);

/// Why this program must not write to `component`: the schema is newer than it knows and does not
/// admit programs of its version. nullopt: it may write. @param newest the version it knows.
/// @param schema contains the tables; empty: the selected one. One round trip. @throws db::Error
std::optional<std::string> writing_objection(Connection& connection, const std::string& component,
                                             int newest, const std::string& schema = "");

/// If there is such an objection, forbids all writes of this process on any connection, and warns
/// once. @throws db::Error
void respect_schema(Connection& connection, const std::string& component, int newest,
                    const std::string& schema = "");

/// Connection::execute() calls it before it writes; call it before starting work that ends in a
/// write.
/// @throws ConfigError if this process must not write
void check_writes();

}  // namespace upkeep::db
