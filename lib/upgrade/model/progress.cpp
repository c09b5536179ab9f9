// SPDX-License-Identifier: MIT
#include "upgrade/model/progress.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace upkeep::upgrade {

namespace {

using Json = nlohmann::json;

constexpr int k_most = 99;  // before the verdict

/// The median; 0 for an empty list.
double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// A name that occurs repeatedly in a run (the real program has such names) gets a number.
std::vector<guard::Step> with_turns(const std::vector<guard::Step>& steps) {
  std::map<std::string, int> turns;
  std::vector<guard::Step> out;
  for (const guard::Step& step : steps) {
    const int turn = ++turns[step.name];
    out.push_back({turn == 1 ? step.name : step.name + " #" + std::to_string(turn), step.seconds});
  }
  return out;
}

}  // namespace

ProgressModel::ProgressModel(const std::vector<HistoryEntry>& history, int steps) : m_steps(steps) {
  std::vector<double> totals;
  std::map<std::string, std::vector<double>> seconds;
  std::vector<double> counts;
  for (const HistoryEntry& entry : history) {
    totals.push_back(static_cast<double>(entry.seconds));
    const auto closed = with_turns(steps_from_json(entry.steps));
    if (!closed.empty()) counts.push_back(static_cast<double>(closed.size()));
    for (const guard::Step& step : closed) seconds[step.name].push_back(step.seconds);
  }
  if (!totals.empty()) m_median = median_of(totals);
  if (!counts.empty()) m_steps = static_cast<int>(std::lround(median_of(counts)));
  for (auto& [name, all] : seconds) {
    // A step that only a few runs have must not hold back the progress of the others.
    if (static_cast<double>(all.size()) * 2 < static_cast<double>(counts.size())) continue;
    m_weights[name] = median_of(all);
    m_total += m_weights[name];
  }
}

int ProgressModel::percent(const guard::Status& status) const {
  if (status.says_done) return k_most;
  const std::vector<guard::Step>& closed = status.steps;
  if (closed.empty()) return 0;
  double share = 0;
  if (m_total > 0) {
    double done = 0;
    for (const guard::Step& step : with_turns(closed)) {
      const auto weight = m_weights.find(step.name);
      if (weight != m_weights.end()) done += weight->second;
    }
    share = done / m_total;
  } else {
    // The open step is still to come; if the total is unknown, there is always one more.
    const auto done = static_cast<double>(closed.size());
    const bool more = m_steps == 0 || !status.step.empty();
    share = done / std::max<double>(m_steps, done + (more ? 1 : 0));
  }
  return std::clamp(static_cast<int>(share * 100), 0, k_most);
}

std::optional<std::chrono::seconds> ProgressModel::whole_median() const {
  if (!m_median) return std::nullopt;
  return std::chrono::seconds(std::llround(*m_median));
}

std::optional<std::chrono::seconds> ProgressModel::remaining(std::chrono::seconds elapsed_time,
                                                             int percent) const {
  if (!m_median) return std::nullopt;
  const double expected = *m_median;
  const double elapsed = static_cast<double>(elapsed_time.count());
  const double by_time = expected - elapsed;
  const double by_steps = expected * (100 - percent) / 100.0;
  // If the steps are ahead of the history, trust them. If they are behind, the rest is at least
  // what the steps suggest for the overrun, and never zero.
  const double late = std::max(0.0, elapsed - expected);
  const double left =
      std::max(std::min(by_time, by_steps), late * std::max(10, 100 - percent) / 100.0);
  return std::chrono::seconds(std::max<std::int64_t>(1, std::llround(left)));
}

std::string steps_to_json(const std::vector<guard::Step>& steps) {
  Json out = Json::array();
  for (const guard::Step& step : steps) {
    out.push_back({step.name, std::round(step.seconds * 1000) / 1000});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<guard::Step> steps_from_json(const std::string& text) {
  std::vector<guard::Step> steps;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return steps;
  for (const Json& item : json) {
    if (item.is_array() && item.size() == 2 && item[0].is_string() && item[1].is_number()) {
      steps.push_back({item[0].get<std::string>(), item[1].get<double>()});
    }
  }
  return steps;
}

}  // namespace upkeep::upgrade
