// SPDX-License-Identifier: MIT
// What earlier runs took, step by step, as the table `run` keeps it.
#pragma once

#include "guard/loop/status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// An earlier successful run.
struct HistoryEntry {
  double seconds = 0;   ///< from its start to its recorded end
  std::string steps{};  ///< see steps_to_json()
  std::string workspace{};
  std::optional<std::int64_t> bytes{};  ///< of the workspace's schema when it started
};

/// The closed steps as stored in the column `run.steps`: [["name", seconds], …].
std::string steps_to_json(const std::vector<guard::Step>& steps);
/// Invalid text yields no steps.
std::vector<guard::Step> steps_from_json(const std::string& text);

/// The steps that are worth a place in the history, in their order: the longest ones. The time of
/// the others remains part of the run's.
std::vector<guard::Step> worth_recording(std::vector<guard::Step> steps);

/// Replaces a name that occurs again in the run (the real program has such names) by one with its
/// turn: `pass`, `pass #2`.
std::vector<guard::Step> with_turns(std::vector<guard::Step> steps);

}  // namespace upkeep::upgrade
