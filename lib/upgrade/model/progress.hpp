// SPDX-License-Identifier: MIT
// How far a run is and how long it will take, from the steps it has closed and from earlier
// successful runs to the same target. Lines are no measure: the real program writes most of them in
// its first seconds.
#pragma once

#include "guard/loop/status.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// Where a running run has got to.
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
  /// @param history the newest successful runs; empty: every step weighs the same
  /// @param steps how many steps a run is expected to have where no run is known; 0: not known
  ProgressModel(const std::vector<HistoryEntry>& history, int steps);

  /// 0 to 99: the share that the closed steps have in a whole run; 99 where its output says that it
  /// is done, however many steps were foreseen. 100 is the verdict's.
  [[nodiscard]] int percent(const guard::Status& status) const;
  /// What a whole run takes, the median, in seconds; nullopt without history. Not rounded: times a
  /// whole fleet the halves of seconds are hours.
  [[nodiscard]] std::optional<double> median() const { return m_median; }
  /// The same in whole seconds.
  [[nodiscard]] std::optional<std::int64_t> median_s() const;
  /// What is left of a run after `elapsed_s` at `percent`; nullopt without history. Once the median
  /// is exceeded it grows with the time that passes: a run that is late by an hour will hardly end
  /// in a second.
  [[nodiscard]] std::optional<std::int64_t> remaining_s(std::int64_t elapsed_s, int percent) const;

 private:
  std::map<std::string, double> m_weights;  // step name -> seconds, the median
  double m_total = 0;
  int m_steps = 0;
  std::optional<double> m_median;
};

/// The closed steps as the column `run.steps` keeps them: [["name", seconds], …].
std::string steps_to_json(const std::vector<guard::Step>& steps);
/// Unreadable text is no steps.
std::vector<guard::Step> steps_from_json(const std::string& text);

}  // namespace upkeep::upgrade
