// SPDX-License-Identifier: MIT
#include "upgrade/store/schema.hpp"

namespace upkeep::upgrade {

int newest_schema() {
  return schema_files().back().version;
}

const std::vector<db::Migration>& migrations() {
  static const std::vector<db::Migration> k_migrations = db::migrations_of(schema_files());
  return k_migrations;
}

}  // namespace upkeep::upgrade
