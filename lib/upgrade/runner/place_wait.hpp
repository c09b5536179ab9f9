// SPDX-License-Identifier: MIT
// How a drain waits while everything that is due is on servers without a place.
#pragma once

#include "upgrade/model/queue_order.hpp"
#include "upgrade/model/stop_rules.hpp"
#include "upgrade/runner/server_places.hpp"
#include "upgrade/runner/upgrade_runner.hpp"

namespace upkeep::upgrade {

/// Whether a rule may end the drain before the queue is empty.
bool has_rules(const UpgradeOptions& options);

enum class PlaceResult {
  due,          ///< a due run has a place now, or a rule is broken
  nothing_due,  ///< on any server
  superfluous,  ///< enough other drains of this host wait
  timed_out,    ///< --wait
  interrupted,
};

class PlaceWait {
 public:
  /// Keeps references to both arguments.
  PlaceWait(UpgradeRunner& runner, const UpgradeOptions& options)
      : m_runner(runner), m_options(options) {}

  /// Whether there is a due run whose server has a place. Sets `due.full`. @throws Error
  bool is_something_due(DueFilter& due);
  /// Call if is_something_due() was false. Those that hold the places may not go on with the queue
  /// (they were started by name, are on another host, or have rules), so on each host as many
  /// drains wait as there are such places, and look once a second; more would have nothing to do.
  /// @throws Error
  PlaceResult wait(DueFilter& due, const StopRules& rules);

 private:
  UpgradeRunner& m_runner;
  const UpgradeOptions& m_options;
  ServerPlaces m_places;
};

}  // namespace upkeep::upgrade
