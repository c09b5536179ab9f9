// SPDX-License-Identifier: MIT
#include "db/transaction.hpp"
#include "patch/exchange/export.hpp"
#include "patch/query/query.hpp"

#include <algorithm>
#include <map>

namespace upkeep::patch {

void for_each_whole_request(db::Connection& connection,
                            const std::function<void(const WholePatch&)>& take) {
  std::vector<std::uint64_t> ids;
  for (const db::Row& row :
       connection.query("SELECT id FROM patch WHERE number IS NULL ORDER BY queue")) {
    ids.push_back(static_cast<std::uint64_t>(row.integer("id")));
  }
  for_each_page(ids, [&](const std::vector<std::uint64_t>& page) {
    std::vector<Patch> requests;
    std::map<std::uint64_t, std::vector<Event>> events;
    std::map<std::uint64_t, std::vector<Jar>> jars;
    db::in_snapshot(connection, [&] {  // as patches are read: see for_each_whole()
      requests = patches_of(connection, page);
      events.clear();
      for (Event& event : events_of(connection, page)) {
        events[event.patch].push_back(std::move(event));
      }
      jars = recorded_jars(connection, page);
    });
    std::erase_if(requests, [](const Patch& one) { return one.ref.has_value(); });
    std::sort(requests.begin(), requests.end(),
              [](const Patch& a, const Patch& b) { return a.queue < b.queue; });
    for (Patch& request : requests) {
      const std::uint64_t id = request.id;
      take({std::move(request), std::move(events[id]), std::move(jars[id])});
    }
  });
}

}  // namespace upkeep::patch
