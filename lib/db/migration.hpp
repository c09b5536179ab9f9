// SPDX-License-Identifier: MIT
// The schema's versions. Each half of the suite brings its own list; both live in one schema.
#pragma once

#include "db/connection.hpp"

#include <string>
#include <vector>

namespace upkeep::db {

/// One step. Its statements must be harmless when run twice (a killed `upkeep init` runs them
/// again).
struct Migration {
  int version;  ///< 1, 2, 3 …
  std::string what;
  std::vector<std::string> statements;
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

}  // namespace upkeep::db
