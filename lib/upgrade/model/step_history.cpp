// SPDX-License-Identifier: MIT
#include "upgrade/model/step_history.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace upkeep::upgrade {

namespace {

using Json = nlohmann::json;

/// A program that reports every row as a step must not fill the history.
constexpr std::size_t k_recorded = 64;

}  // namespace

std::vector<guard::Step> worth_recording(std::vector<guard::Step> steps) {
  if (steps.size() <= k_recorded) return steps;
  std::vector<double> times;
  times.reserve(steps.size());
  for (const guard::Step& step : steps) times.push_back(step.seconds);
  std::nth_element(times.begin(), times.begin() + k_recorded - 1, times.end(), std::greater<>());
  const double least = times[k_recorded - 1];
  auto equals = static_cast<std::ptrdiff_t>(k_recorded) -
                std::count_if(steps.begin(), steps.end(),
                              [&](const guard::Step& step) { return step.seconds > least; });
  std::erase_if(steps, [&](const guard::Step& step) {
    if (step.seconds != least) return step.seconds < least;
    return equals-- <= 0;
  });
  return steps;
}

std::vector<guard::Step> with_turns(std::vector<guard::Step> steps) {
  std::map<std::string, int> turns;
  for (guard::Step& step : steps) {
    const int turn = ++turns[step.name];
    if (turn > 1) step.name += " #" + std::to_string(turn);
  }
  return steps;
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
