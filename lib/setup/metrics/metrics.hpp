// SPDX-License-Identifier: MIT
// What `upkeep metrics` reports, and its families of metrics. Pure: reading is in reading.hpp.
#pragma once

#include "patch/store/figures.hpp"
#include "setup/metrics/open_metrics.hpp"
#include "upgrade/model/state.hpp"
#include "upgrade/store/figures.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::setup {

struct WorkspaceFigures {
  std::map<upgrade::State, std::int64_t> by_state;
  std::int64_t held = 0;
  std::int64_t probe_errors = 0;  ///< workspaces whose probes could not be read
};

struct UpgradeFigures {
  std::optional<WorkspaceFigures> workspaces;  ///< nullopt: no target, or they cannot be listed
  std::vector<std::pair<std::string, bool>>
      servers;  ///< workspace servers, and whether they answer
  upgrade::QueueFigures queue;
  std::int64_t slots = 0, slots_taken = 0;
  bool paused = false;
  std::map<upgrade::RunState, upgrade::EndedRuns> ended;
  std::vector<upgrade::SweepFigures> sweeps;
};

struct SchemaFigures {
  std::string component;
  int version = 0;  ///< in the database
  int newest = 0;   ///< that this program knows
};

struct Metrics {
  std::string version;  ///< of this program
  bool up = false;      ///< whether the control database could be read
  std::vector<SchemaFigures> schemas;
  std::optional<UpgradeFigures> upgrades;  ///< nullopt: this account may not read that half
  std::optional<patch::Figures> patches;   ///< the same
  std::chrono::duration<double> took{0};   ///< the time that reading needed
};

/// In the order in which upkeep(8) documents them.
std::vector<MetricFamily> metric_families(const Metrics& metrics);

}  // namespace upkeep::setup
