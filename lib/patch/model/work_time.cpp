// SPDX-License-Identifier: MIT
#include "patch/model/work_time.hpp"

#include <set>

namespace upkeep::patch {

std::string time_counts_sql() {
  return "(e.time_s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event r WHERE r.patch = e.patch"
         " AND r.revokes = e.id))";
}

std::string time_at_sql() {
  return "COALESCE(e.worked_on, e.at)";
}

std::int64_t time_spent(const std::vector<Event>& events) {
  std::set<std::uint64_t> revoked;
  for (const Event& event : events) {
    if (event.revokes) revoked.insert(*event.revokes);
  }
  std::int64_t sum = 0;
  for (const Event& event : events) {
    if (!revoked.contains(event.id)) sum += event.time_s.value_or(0);
  }
  return sum;
}

}  // namespace upkeep::patch
