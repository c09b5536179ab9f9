// SPDX-License-Identifier: MIT
#include "patch/query/state_counts.hpp"

#include "patch/query/term_index.hpp"

namespace upkeep::patch {

std::vector<StateCount> state_counts(db::Connection& connection, const SelectorSql& selected) {
  std::vector<StateCount> counts;
  for (const db::Row& row : connection.query(
           "SELECT p.lifecycle, p.lifecycle_version, p.state, COUNT(*) AS patches FROM patch p"
           " WHERE p.lifecycle IS NOT NULL AND p.state IS NOT NULL AND " +
           selected.where() + narrowing_sql(connection, selected) +
           " GROUP BY p.lifecycle, p.lifecycle_version, p.state"
           " ORDER BY p.lifecycle, p.lifecycle_version, p.state")) {
    counts.push_back({.lifecycle = row.text("lifecycle"),
                      .state = row.text("state"),
                      .version = row.integer("lifecycle_version"),
                      .patches = row.integer("patches")});
  }
  return counts;
}

}  // namespace upkeep::patch
