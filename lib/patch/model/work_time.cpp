// SPDX-License-Identifier: MIT
#include "patch/model/work_time.hpp"

#include <set>

namespace upkeep::patch {

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
