// SPDX-License-Identifier: MIT
#include "upgrade/model/forecast.hpp"

#include <algorithm>
#include <functional>
#include <queue>

namespace upkeep::upgrade {

std::vector<double> finish_times(const std::vector<double>& busy, const std::vector<double>& due_in,
                                 int slots, double median) {
  // When each slot becomes free, the earliest on top.
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (const double left : busy) free_at.push(left);
  while (free_at.size() < static_cast<std::size_t>(std::max(1, slots))) free_at.push(0);
  std::vector<double> ends;
  ends.reserve(due_in.size());
  for (const double due : due_in) {
    const double start = std::max(free_at.top(), due);
    free_at.pop();
    ends.push_back(start + median);
    free_at.push(start + median);
  }
  return ends;
}

}  // namespace upkeep::upgrade
