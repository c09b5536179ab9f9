// SPDX-License-Identifier: MIT
// What prevents queued runs from being started, as SQL conditions on the table `run`; corresponds
// to QueueBarriers.
#pragma once

#include <string>

namespace upkeep::upgrade {

/// Each condition starts with AND.
class RunBarriers {
 public:
  /// @param schema the control schema
  explicit RunBarriers(const std::string& schema);

  [[nodiscard]] std::string not_paused() const;
  [[nodiscard]] std::string not_held() const;
  /// The run does not belong to a sweep, or its sweep's rules let a run start now.
  [[nodiscard]] std::string sweep_open() const;
  [[nodiscard]] std::string all() const { return not_paused() + not_held() + sweep_open(); }

 private:
  std::string m_run, m_pause, m_hold, m_sweep;
};

/// For SQL on the table `sweep` with the alias s: whether Sweep::is_open() now.
std::string sweep_is_open();

}  // namespace upkeep::upgrade
