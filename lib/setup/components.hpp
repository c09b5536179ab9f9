// SPDX-License-Identifier: MIT
// The list of what `upkeep init` sets up and `upkeep doctor` checks.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "db/migration.hpp"

#include <string>
#include <vector>

namespace upkeep::setup {

/// One half of the suite, as far as the control schema is concerned.
struct Component {
  std::string name;  ///< in schema_version
  const std::vector<db::Migration>& (*migrations)();
  /// Loads the shipped data; idempotent. @returns one line for each item loaded now. May be null.
  std::vector<std::string> (*load)(db::Connection& connection, const config::Config& config);

  /// The newest version this program knows.
  [[nodiscard]] int newest() const { return migrations().back().version; }
};

const std::vector<Component>& components();

}  // namespace upkeep::setup
