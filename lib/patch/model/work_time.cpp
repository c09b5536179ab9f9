// SPDX-License-Identifier: MIT
#include "patch/model/work_time.hpp"

#include <set>

namespace upkeep::patch {

std::chrono::seconds time_spent(const std::vector<Event>& events) {
  std::set<std::uint64_t> revoked;
  for (const Event& event : events) {
    if (event.revokes) revoked.insert(*event.revokes);
  }
  std::chrono::seconds sum{0};
  for (const Event& event : events) {
    if (!revoked.contains(event.id)) sum += event.time.value_or(std::chrono::seconds(0));
  }
  return sum;
}

}  // namespace upkeep::patch
