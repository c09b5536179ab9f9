// SPDX-License-Identifier: MIT
// What a run is expected to do: its steps and how long each takes, from earlier runs or, without
// any, from the weights of its profile.
#pragma once

#include "base/regex.hpp"
#include "config/profile.hpp"
#include "upgrade/model/step_history.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// What a profile knows of a run beforehand.
struct Outline {
  std::vector<config::StepWeight> weights{};  ///< in the order of the steps
  int steps = 0;  ///< how many; 0: unknown. Not used if there are weights
};

/// The workspace that a run upgrades.
struct Subject {
  std::string workspace{};
  std::optional<std::int64_t> bytes{};  ///< of its schema
};

struct PlannedStep {
  double seconds = 0;
  double place = 0;  ///< in the order of the steps; the same order for all of a plan
};

class RunPlan {
 public:
  /// No steps are known.
  RunPlan() = default;
  /// Steps that take what they took in `history`, above all in runs of the same workspace and in
  /// those of workspaces of a similar size; scaled by the size where the history shows that it
  /// matters. A step that fewer than half of them had is not expected.
  static RunPlan from_history(const std::vector<HistoryEntry>& history, const Subject& subject);
  /// One step for each weight. Ignores expressions that are invalid.
  static RunPlan from_weights(const std::vector<config::StepWeight>& weights);

  [[nodiscard]] bool is_empty() const { return m_steps.empty() && m_other <= 0; }
  [[nodiscard]] const std::vector<PlannedStep>& steps() const { return m_steps; }
  /// The time of a run that belongs to none of its steps.
  [[nodiscard]] double other() const { return m_other; }
  /// Of all steps, and other().
  [[nodiscard]] double total() const { return m_total; }

  /// Which planned step each of the closed steps is, and the open one behind them (if not empty);
  /// nullopt for one that is not planned. No planned step occurs twice.
  [[nodiscard]] std::vector<std::optional<std::size_t>> find(const std::vector<guard::Step>& closed,
                                                             const std::string& open) const;

 private:
  void add(double takes, double place);
  void fit(double whole);

  std::vector<PlannedStep> m_steps;
  std::map<std::string, std::size_t> m_by_name;  // of history
  std::vector<Regex> m_matches;                  // of weights, one for each step
  double m_other = 0, m_total = 0;
};

/// A value for each run of the history, for estimate().
struct Sample {
  double value = 0;
  double weight = 1;
  std::optional<double> bytes{};
};

/// The weighted median; or, if at least four samples of different sizes show that the value grows
/// with the size, the value at `bytes`. 0 for no samples.
double estimate(std::vector<Sample> samples, std::optional<double> bytes);

}  // namespace upkeep::upgrade
