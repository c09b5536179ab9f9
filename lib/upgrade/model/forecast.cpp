// SPDX-License-Identifier: MIT
#include "upgrade/model/forecast.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <tuple>
#include <utility>

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

namespace {

/// Time as it passes on a set of servers.
class Night {
 public:
  Night(int slots, const std::map<std::string, int>& bounds)
      : m_slots(static_cast<std::size_t>(std::max(1, slots))), m_bounds(bounds) {}

  void run(const std::string& server, double until) {
    m_running.emplace(until, server);
    ++m_lanes[server].running;
  }
  void await(const std::string& server, double due, std::size_t index) {
    m_later.emplace(due, index, server);
  }
  /// The next run to start now; nullopt: none can.
  std::optional<std::size_t> next() {
    for (; !m_later.empty() && std::get<0>(m_later.top()) <= m_now; m_later.pop())
      m_lanes[std::get<2>(m_later.top())].due.push(std::get<1>(m_later.top()));
    if (m_running.size() >= m_slots) return std::nullopt;
    std::pair<const std::string, Lane>* first = nullptr;
    for (auto& lane : m_lanes) {
      if (lane.second.due.empty() || is_full(lane)) continue;
      if (first == nullptr || lane.second.due.top() < first->second.due.top()) first = &lane;
    }
    if (first == nullptr) return std::nullopt;
    const std::size_t index = first->second.due.top();
    first->second.due.pop();
    return index;
  }
  [[nodiscard]] double now() const { return m_now; }
  /// To the next moment at which something may start. @returns false: there is none
  bool pass() {
    if (m_running.empty() && m_later.empty()) return false;
    const double ended = m_running.empty() ? std::get<0>(m_later.top()) : m_running.top().first;
    const double due = m_later.empty() ? ended : std::get<0>(m_later.top());
    m_now = std::max(m_now, m_running.empty() ? due : std::min(ended, due));
    for (; !m_running.empty() && m_running.top().first <= m_now; m_running.pop())
      --m_lanes[m_running.top().second].running;
    return true;
  }

 private:
  template <typename T>
  using Least = std::priority_queue<T, std::vector<T>, std::greater<>>;
  struct Lane {
    int running = 0;
    Least<std::size_t> due;
  };
  [[nodiscard]] bool is_full(const std::pair<const std::string, Lane>& lane) const {
    const auto bound = m_bounds.find(lane.first);
    return bound != m_bounds.end() && lane.second.running >= bound->second;
  }

  std::size_t m_slots;
  const std::map<std::string, int>& m_bounds;
  double m_now = 0;
  Least<std::pair<double, std::string>> m_running;
  Least<std::tuple<double, std::size_t, std::string>> m_later;
  std::map<std::string, Lane> m_lanes;
};

}  // namespace

std::vector<double> finish_times(const std::vector<Expected>& busy,
                                 const std::vector<Expected>& queued, int slots,
                                 const std::map<std::string, int>& servers, double median) {
  Night night(slots, servers);
  for (const Expected& run : busy) night.run(run.server, run.seconds);
  for (std::size_t i = 0; i < queued.size(); ++i)
    night.await(queued[i].server, queued[i].seconds, i);
  std::vector<double> ends(queued.size());
  do {
    while (const auto index = night.next()) {
      ends[*index] = night.now() + median;
      night.run(queued[*index].server, ends[*index]);
    }
  } while (night.pass());
  return ends;
}

std::vector<std::size_t> places_in_order(const std::vector<double>& ends) {
  std::vector<std::size_t> order(ends.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&ends](std::size_t a, std::size_t b) { return ends[a] < ends[b]; });
  std::vector<std::size_t> places(ends.size());
  for (std::size_t i = 0; i < order.size(); ++i) places[order[i]] = i;
  return places;
}

}  // namespace upkeep::upgrade
