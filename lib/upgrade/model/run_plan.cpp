// SPDX-License-Identifier: MIT
#include "upgrade/model/run_plan.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace upkeep::upgrade {

namespace {

/// How much the newest run counts more than one that is ten runs older.
constexpr double k_newer = 1.5;
constexpr double k_same_workspace = 4;
/// The fewest runs, and the least difference of their sizes, that can show what a size means.
constexpr std::size_t k_runs_for_size = 4;
constexpr double k_spread_for_size = 1.5;
/// How clearly: Kendall's tau.
constexpr double k_clearly = 0.5;

/// How much a run says about another of `subject`.
double relevance(const HistoryEntry& entry, const Subject& subject, std::size_t age) {
  double weight = std::pow(k_newer, -static_cast<double>(age) / 10);
  if (!subject.workspace.empty() && entry.workspace == subject.workspace) {
    weight *= k_same_workspace;
  }
  if (entry.bytes && subject.bytes && *entry.bytes > 0 && *subject.bytes > 0) {
    const double doublings = std::log2(static_cast<double>(*entry.bytes)) -
                             std::log2(static_cast<double>(*subject.bytes));
    weight /= 1 + doublings * doublings;
  }
  return weight;
}

/// Near the border of two samples, between them in proportion.
double weighted_median(std::vector<Sample>& samples) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.value < b.value; });
  double half = 0;
  for (const Sample& sample : samples) half += sample.weight / 2;
  double below = 0, last_end = 0, last_value = samples.front().value;
  for (const Sample& sample : samples) {
    const double begin = below + sample.weight / 4;
    if (half < begin) {
      return last_value + (sample.value - last_value) * (half - last_end) / (begin - last_end);
    }
    last_end = below + sample.weight * 3 / 4;
    last_value = sample.value;
    if (half <= last_end) return sample.value;
    below += sample.weight;
  }
  return last_value;
}

double plain_median(std::vector<double>& values) {
  std::vector<Sample> samples;
  samples.reserve(values.size());
  for (const double value : values) samples.push_back({.value = value});
  return weighted_median(samples);
}

/// The line through the samples by Theil and Sen, at `bytes`; nullopt if they show no clear line.
std::optional<double> value_on_line(const std::vector<Sample>& samples, double bytes) {
  double least = 0, most = 0;
  for (const Sample& sample : samples) {
    if (!sample.bytes) return std::nullopt;
    least = least == 0 ? *sample.bytes : std::min(least, *sample.bytes);
    most = std::max(most, *sample.bytes);
  }
  if (samples.size() < k_runs_for_size || most < least * k_spread_for_size) return std::nullopt;
  std::vector<double> slopes, rests;
  int agree = 0, pairs = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    for (std::size_t j = i + 1; j < samples.size(); ++j) {
      const double wider = *samples[j].bytes - *samples[i].bytes;
      const double longer = samples[j].value - samples[i].value;
      ++pairs;
      if (wider == 0) continue;
      slopes.push_back(longer / wider);
      if (longer != 0) agree += longer / wider > 0 ? 1 : -1;
    }
  }
  if (static_cast<double>(agree) < k_clearly * pairs) return std::nullopt;
  const double slope = plain_median(slopes);
  for (const Sample& sample : samples) rests.push_back(sample.value - slope * *sample.bytes);
  // Far outside of what was seen, the line is a guess.
  const double at = std::clamp(bytes, least / 4, most * 4);
  return std::max(0.0, plain_median(rests) + slope * at);
}

}  // namespace

double estimate(std::vector<Sample> samples, std::optional<double> bytes) {
  if (bytes) {
    if (const auto value = value_on_line(samples, *bytes)) return *value;
  }
  return weighted_median(samples);
}

void RunPlan::add(double takes, double place) {
  m_steps.push_back({takes, place});
  m_total += takes;
}

namespace {

/// The runs of a history by what they say about one workspace, and their steps by name.
struct Evidence {
  struct Step {
    std::map<std::size_t, double> seconds;  // by run
    double places = 0;                      // the sum of where it came: 0 to 1
  };

  Evidence(const std::vector<HistoryEntry>& history, const Subject& subject) {
    for (std::size_t i = 0; i < history.size(); ++i) {
      const HistoryEntry& entry = history[i];
      Sample run{.value = std::max(0.0, entry.seconds), .weight = relevance(entry, subject, i)};
      if (entry.bytes && *entry.bytes > 0) run.bytes = static_cast<double>(*entry.bytes);
      runs.push_back(run);
      const auto closed = with_turns(steps_from_json(entry.steps));
      has_steps.push_back(!closed.empty());
      for (std::size_t place = 0; place < closed.size(); ++place) {
        Step& step = steps[closed[place].name];
        step.seconds[i] = std::max(0.0, closed[place].seconds);
        step.places += static_cast<double>(place) / static_cast<double>(closed.size());
      }
    }
  }

  /// What the step took in the runs that had it; empty if fewer than half of the runs had it: it
  /// must not hold back the progress of the others.
  [[nodiscard]] std::vector<Sample> samples_of(const Step& step) const {
    std::vector<Sample> samples;
    double with = 0, without = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto took = step.seconds.find(i);
      if (took == step.seconds.end()) {
        without += has_steps[i] ? runs[i].weight : 0;
        continue;
      }
      with += runs[i].weight;
      samples.push_back(runs[i]);
      samples.back().value = took->second;
    }
    if (with < without) samples.clear();
    return samples;
  }

  std::vector<Sample> runs;     // what each took as a whole
  std::vector<bool> has_steps;  // of each run
  std::map<std::string, Step> steps;
};

}  // namespace

RunPlan RunPlan::from_history(const std::vector<HistoryEntry>& history, const Subject& subject) {
  const Evidence evidence(history, subject);
  const auto bytes = subject.bytes && *subject.bytes > 0
                         ? std::optional(static_cast<double>(*subject.bytes))
                         : std::nullopt;
  RunPlan plan;
  std::vector<Sample> others = evidence.runs;
  for (const auto& [name, step] : evidence.steps) {
    auto samples = evidence.samples_of(step);
    if (samples.empty()) continue;
    plan.m_by_name[name] = plan.m_steps.size();
    plan.add(estimate(std::move(samples), bytes),
             step.places / static_cast<double>(step.seconds.size()));
    for (const auto& took : step.seconds) others[took.first].value -= took.second;
  }
  for (Sample& other : others) other.value = std::max(0.0, other.value);
  plan.m_other = estimate(std::move(others), bytes);
  plan.fit(estimate(evidence.runs, bytes));
  return plan;
}

/// The parts are estimated one by one: makes their sum what whole runs took.
void RunPlan::fit(double whole) {
  constexpr double k_most_off = 2;
  const double sum = m_total + m_other;
  const double factor =
      sum > 0 && whole > 0 ? std::clamp(whole / sum, 1 / k_most_off, k_most_off) : 1;
  for (PlannedStep& step : m_steps) step.seconds *= factor;
  m_other *= factor;
  m_total = sum * factor;
}

RunPlan RunPlan::from_weights(const std::vector<config::StepWeight>& weights) {
  RunPlan plan;
  for (const config::StepWeight& weight : weights) {
    try {
      plan.m_matches.emplace_back(weight.match);
    } catch (const Error&) {
      continue;
    }
    plan.add(weight.seconds, static_cast<double>(plan.m_steps.size()));
  }
  return plan;
}

std::vector<std::optional<std::size_t>> RunPlan::find(const std::vector<guard::Step>& closed,
                                                      const std::string& open) const {
  std::vector<guard::Step> begun = closed;
  if (!open.empty()) begun.push_back({open, 0});
  std::vector<std::optional<std::size_t>> found;
  found.reserve(begun.size());
  if (m_matches.empty()) {
    for (const guard::Step& step : with_turns(std::move(begun))) {
      const auto planned = m_by_name.find(step.name);
      found.push_back(planned == m_by_name.end() ? std::nullopt : std::optional(planned->second));
    }
    return found;
  }
  std::vector<bool> used(m_matches.size());
  for (const guard::Step& step : begun) {
    std::optional<std::size_t> planned;
    for (std::size_t i = 0; i < m_matches.size() && !planned; ++i) {
      if (!used[i] && m_matches[i].search(step.name)) planned = i;
    }
    if (planned) used[*planned] = true;
    found.push_back(planned);
  }
  return found;
}

}  // namespace upkeep::upgrade
