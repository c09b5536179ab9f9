// SPDX-License-Identifier: MIT
#include "patch/lifecycle/eta.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/duration.hpp"
#include "patch/model/state_words.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace upkeep::patch::lifecycle {

namespace {

struct Given {
  std::map<std::string, StageEstimate> estimates;  // by stage
  std::set<std::string> left;                      // left since their estimate was given
};

std::chrono::seconds seconds_of(const std::string& text) {
  return std::chrono::seconds(to_integer(text).value_or(0));
}

Given given_by(const std::vector<Event>& events) {
  Given given;
  for (const Event& event : events) {
    for (const Change& change : event.changes) {
      if (event.kind == EventKind::move && to_text(change.from) != to_text(change.to)) {
        given.left.insert(to_text(change.from));
      } else if (event.kind == EventKind::undo) {
        given.left.erase(to_text(change.to));
      } else if (event.kind == EventKind::migrate && change.key == k_renamed_state) {
        auto estimate = given.estimates.extract(to_text(change.from));
        if (estimate.empty()) continue;
        estimate.key() = estimate.mapped().stage = to_text(change.to);
        given.estimates.insert(std::move(estimate));
      } else if (event.kind == EventKind::estimate) {
        const auto parts = split(to_text(change.to), '/');
        if (parts.size() != 3) continue;
        given.estimates[change.key] = {
            change.key, seconds_of(parts[0]), seconds_of(parts[1]), seconds_of(parts[2]), {}};
        given.left.erase(change.key);
      }
      // Dates that a move set follow it.
      if (event.kind == EventKind::move || event.kind == EventKind::undo) break;
    }
  }
  return given;
}

/// The states that can follow, nearest first.
std::vector<std::string> ahead(const Definition& definition, const std::string& state) {
  std::vector<std::string> order{state};
  for (std::size_t next = 0; next < order.size(); ++next) {
    const State* from = definition.find(order[next]);
    if (from == nullptr) continue;
    for (const Transition& one : from->transitions) {
      const bool fresh = std::find(order.begin(), order.end(), one.target) == order.end();
      if (!one.target.empty() && fresh) order.push_back(one.target);
    }
  }
  return order;
}

/// Where the work on a patch ends: the reachable released states, or else the reachable states
/// without exits.
std::set<std::string> goals(const Definition& definition, const std::vector<std::string>& reached,
                            const config::Patch& config) {
  std::set<std::string> released, ends;
  for (const std::string& name : reached) {
    if (is_one_of(config.released, name)) released.insert(name);
    const State* state = definition.find(name);
    const bool leads_on =
        state != nullptr && std::any_of(state->transitions.begin(), state->transitions.end(),
                                        [&](const Transition& one) { return !one.target.empty(); });
    if (!leads_on) ends.insert(name);
  }
  return released.empty() ? ends : released;
}

/// The stages without an estimate on the way to a goal with the fewest of them, nearest first.
std::vector<std::string> unestimated_on(const Definition& definition, const std::string& start,
                                        const std::set<std::string>& ends,
                                        const std::function<bool(const std::string&)>& estimated) {
  if (ends.empty() || ends.contains(start)) return {};
  // (number without an estimate, total number) and the path: the shortest of the best.
  using Way = std::pair<std::pair<std::size_t, std::size_t>, std::vector<std::string>>;
  std::set<Way> open;
  std::set<std::string> done;
  open.insert({{estimated(start) ? 0 : 1, 1}, {start}});
  while (!open.empty()) {
    const Way way = std::move(open.extract(open.begin()).value());
    const std::string& last = way.second.back();
    if (!done.insert(last).second) continue;
    if (ends.contains(last)) {
      std::vector<std::string> missing;
      std::copy_if(way.second.begin(), way.second.end() - 1, std::back_inserter(missing),
                   [&](const std::string& one) { return !estimated(one); });
      return missing;
    }
    const State* state = definition.find(last);
    if (state == nullptr) continue;
    for (const Transition& one : state->transitions) {
      if (one.target.empty() || done.contains(one.target)) continue;
      const bool counts = ends.contains(one.target) || estimated(one.target);
      Way next = way;
      next.first.first += counts ? 0 : 1;
      ++next.first.second;
      next.second.push_back(one.target);
      open.insert(std::move(next));
    }
  }
  return {};
}

std::chrono::sys_days day_after(std::chrono::sys_days start, WorkSeconds work,
                                const config::Patch& config) {
  return add_business_days(start, static_cast<std::int64_t>(std::ceil(work / working_day(config))));
}

}  // namespace

WorkSeconds StageEstimate::expected() const {
  return WorkSeconds(best + 4 * likely + worst) / 6;
}

WorkSeconds StageEstimate::deviation() const {
  return WorkSeconds(worst - best) / 6;
}

Eta eta_of(const Patch& patch, const Definition& definition, const std::vector<Event>& events,
           const config::Patch& config, WallTime now) {
  Eta eta;
  if (!patch.state) return eta;
  const Given given = given_by(events);
  const auto today = std::chrono::floor<std::chrono::days>(now);
  // The current stage started when it was entered; if it overruns, the others are delayed.
  auto start = today;
  if (const auto since = parse_iso8601(patch.state_since.value_or(""))) {
    if (given.estimates.contains(*patch.state))
      start = std::chrono::floor<std::chrono::days>(*since);
  }
  WorkSeconds spent{0};
  double variance = 0;
  const std::vector<std::string> order = ahead(definition, *patch.state);
  const std::set<std::string> ends = goals(definition, order, config);
  eta.done = ends.contains(*patch.state);
  eta.unestimated = unestimated_on(definition, *patch.state, ends, [&](const std::string& state) {
    return given.estimates.contains(state) &&
           (same_state(state, *patch.state) || !given.left.contains(state));
  });
  for (const std::string& state : order) {
    const auto found = given.estimates.find(state);
    if (found == given.estimates.end()) continue;
    const bool current = same_state(state, *patch.state);
    if (!current && given.left.contains(state)) continue;
    StageEstimate stage = found->second;
    spent += stage.expected();
    if (current) {
      const auto end = day_after(start, spent, config);
      if (end < today) {  // it is late: today is the earliest possible end
        start = today;
        spent = {};
      }
    }
    stage.due = iso_day(day_after(start, spent, config));
    variance += std::pow(stage.deviation().count(), 2);
    eta.best += stage.best;
    eta.likely += stage.likely;
    eta.worst += stage.worst;
    eta.expected += stage.expected();
    eta.stages.push_back(std::move(stage));
  }
  if (eta.stages.empty()) return eta;
  eta.deviation = WorkSeconds(std::sqrt(variance));
  eta.due = eta.stages.back().due;
  eta.earliest = iso_day(
      std::max(today, day_after(start, std::max(WorkSeconds(0), spent - eta.deviation), config)));
  eta.latest = iso_day(day_after(start, spent + 2 * eta.deviation, config));
  return eta;
}

}  // namespace upkeep::patch::lifecycle
