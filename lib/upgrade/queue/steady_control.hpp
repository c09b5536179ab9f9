// SPDX-License-Identifier: MIT
// The control connection of a tool that has claimed runs: re-established if it is lost in between.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <functional>
#include <string>

namespace upkeep::upgrade {

class SteadyControl {
 public:
  /// Keeps references to both arguments.
  SteadyControl(const config::Config& config, db::Connection& control)
      : m_config(config), m_control(control) {}

  /// Runs `work`, which uses the database; if the connection is lost, runs it again on a new one,
  /// for up to lease_s. @returns false if the database remained unavailable, at once if it did so
  /// before
  bool run(const std::function<void()>& work);
  /// Whether it was lost at least once: the answer to a write may have been lost as well.
  [[nodiscard]] bool was_lost() const { return m_was_lost; }
  /// Why the database no longer answers; empty: it does.
  [[nodiscard]] const std::string& away() const { return m_away; }

 private:
  const config::Config& m_config;
  db::Connection& m_control;
  bool m_lost = false, m_was_lost = false;
  std::string m_away;
};

}  // namespace upkeep::upgrade
