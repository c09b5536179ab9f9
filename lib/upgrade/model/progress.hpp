// SPDX-License-Identifier: MIT
// Progress and remaining time of a run, from its closed steps and from earlier successful runs to
// the same target. Lines are not a measure: the real program writes most of them in its first
// seconds.
#pragma once

#include "guard/loop/status.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The progress of a running run.
struct RunProgress {
  std::int64_t lines = 0;
  int percent = 0;
  std::string step;
};

/// An earlier successful run.
struct HistoryEntry {
  double seconds = 0;
  std::string steps;  ///< see steps_to_json()
};

class ProgressModel {
 public:
  /// @param history the newest successful runs; empty: all steps have equal weight
  /// @param steps the expected number of steps of a run without history; 0: unknown
  ProgressModel(const std::vector<HistoryEntry>& history, int steps);

  /// 0 to 99: the share of the closed steps in a whole run; 99 if its output says that it is
  /// finished, however many steps were expected. 100 is left to the verdict.
  [[nodiscard]] int percent(const guard::Status& status) const;
  /// The median duration of a run in seconds; nullopt without history. Not rounded: for many
  /// workspaces half seconds add up to hours.
  [[nodiscard]] std::optional<double> median() const { return m_median; }
  /// The same in whole seconds.
  [[nodiscard]] std::optional<std::chrono::seconds> whole_median() const;
  /// The remaining time of a run after `elapsed` at `percent`; nullopt without history. Once the
  /// median is exceeded it grows with the elapsed time: a run that is late by an hour is unlikely
  /// to end within a second.
  [[nodiscard]] std::optional<std::chrono::seconds> remaining(std::chrono::seconds elapsed,
                                                              int percent) const;

 private:
  std::map<std::string, double> m_weights;  // step name -> median seconds
  double m_total = 0;
  int m_steps = 0;
  std::optional<double> m_median;
};

/// The closed steps as stored in the column `run.steps`: [["name", seconds], …].
std::string steps_to_json(const std::vector<guard::Step>& steps);
/// Invalid text yields no steps.
std::vector<guard::Step> steps_from_json(const std::string& text);

}  // namespace upkeep::upgrade
