// SPDX-License-Identifier: MIT
#include "patch/store/figures.hpp"

namespace upkeep::patch {

Figures read_figures(db::Connection& connection) {
  Figures figures;
  for (const db::Row& row : connection.query(
           "SELECT COALESCE(lifecycle, '') AS lifecycle, COALESCE(state, '') AS state,"
           " COUNT(*) AS patches FROM patch WHERE number IS NOT NULL AND voided_at IS NULL"
           " GROUP BY 1, 2 ORDER BY 1, 2")) {
    figures.states.push_back({.lifecycle = row.text("lifecycle"),
                              .state = row.text("state"),
                              .patches = row.integer("patches")});
  }
  const auto requests = connection.query(
      "SELECT COUNT(*) AS requests, TIMESTAMPDIFF(SECOND, MIN(requested_at), UTC_TIMESTAMP()) AS"
      " age FROM patch WHERE queue_state = 'open' AND number IS NULL AND voided_at IS NULL");
  figures.open_requests = requests.at(0).integer("requests");
  figures.oldest_request = requests.at(0).maybe_seconds("age");
  figures.pending_events =
      connection.query("SELECT COUNT(*) FROM event WHERE pending = 1").at(0).integer(0);
  figures.dead_deliveries =
      connection.query("SELECT COUNT(*) FROM delivery WHERE state = 'dead'").at(0).integer(0);
  return figures;
}

}  // namespace upkeep::patch
