// SPDX-License-Identifier: MIT
// The control connection of a tool that has claimed runs: where it is lost in the middle, it is
// made again.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <functional>
#include <string>

namespace upkeep::upgrade {

class SteadyControl {
 public:
  /// Keeps references to both.
  SteadyControl(const config::Config& config, db::Connection& control)
      : m_config(config), m_control(control) {}

  /// Does what needs the database; where the connection is lost, again on a new one, for as long as
  /// lease_s. @returns false when it stayed away, also at once where it did before
  bool run(const std::function<void()>& work);
  /// Whether it was lost at least once: the answer to what was written may have been lost too.
  [[nodiscard]] bool was_lost() const { return m_was_lost; }
  /// Why the database does not answer any more; empty: it does.
  [[nodiscard]] const std::string& away() const { return m_away; }

 private:
  const config::Config& m_config;
  db::Connection& m_control;
  bool m_lost = false, m_was_lost = false;
  std::string m_away;
};

}  // namespace upkeep::upgrade
