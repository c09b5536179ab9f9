// SPDX-License-Identifier: MIT
#include "patch/query/newest_events.hpp"

#include "patch/query/query.hpp"
#include "patch/query/term_index.hpp"
#include "patch/store/rows.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

std::vector<Event> newest_events(db::Connection& connection, const SelectorSql& selected,
                                 std::size_t most) {
  std::string patches = selected.where() + narrowing_sql(connection, selected);
  if (selected.limit) {  // it counts patches, so they are found first
    const std::vector<std::uint64_t> ids = select_ids(connection, selected);
    if (ids.empty()) return {};
    patches = fmt::format("p.id IN ({})", id_list(ids));
  }
  std::vector<Event> events;
  for (const db::Row& row :
       connection.query(fmt::format("SELECT {} FROM event e JOIN patch p ON p.id = e.patch WHERE {}"
                                    " ORDER BY e.id DESC LIMIT {}",
                                    event_columns(), patches, most))) {
    events.push_back(event_of(row));
  }
  return events;
}

}  // namespace upkeep::patch
