// SPDX-License-Identifier: MIT
// The schema's versions. Each half of the suite brings its own list; both live in one schema.
#pragma once

#include "db/connection.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::db {

/// One step. Its statements must be harmless when run twice (a killed `upkeep init` runs them
/// again).
struct Migration {
  int version;  ///< 1, 2, 3 …
  std::vector<std::string> statements;
  /// The oldest program that may go on writing once this is done; empty: those that know it.
  std::string min_writer = {};
};

struct MigrationReport {
  int before = 0;
  int after = 0;
};

/// Brings `component` of the selected schema to its newest version; safe while others do the same.
/// @throws db::Error; ConfigError where the schema is newer than this program knows
MigrationReport migrate(Connection& connection, const std::string& component,
                        const std::vector<Migration>& migrations);

/// The version of `component` in the selected schema; 0 where it is not there. @throws db::Error
int schema_version(Connection& connection, const std::string& component);

/// Why this program may not write to `component`: the schema is newer than it knows, and does not
/// say that a program of its version may; nullopt: it may. @param newest the version it knows.
/// @param schema where the tables are; empty: the selected one. One round trip. @throws db::Error
std::optional<std::string> writing_objection(Connection& connection, const std::string& component,
                                             int newest, const std::string& schema = "");

/// Where there is such an objection: this process writes nothing from now on, on no connection, and
/// says so once. @throws db::Error
void respect_schema(Connection& connection, const std::string& component, int newest,
                    const std::string& schema = "");

/// Connection::execute() asks before it writes; others do before they begin what ends in a write.
/// @throws ConfigError where this process writes nothing
void check_writes();

}  // namespace upkeep::db
