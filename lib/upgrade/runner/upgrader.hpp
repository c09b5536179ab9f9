// SPDX-License-Identifier: MIT
// ws-upgrade NAME...: upgrades named workspaces, one after the other.
#pragma once

#include "upgrade/model/stop_rules.hpp"
#include "upgrade/runner/upgrade_runner.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

class Upgrader {
 public:
  /// Connects. All arguments must outlive this object. @throws Error
  Upgrader(const config::Config& config, UpgradeOptions options, Interrupts& interrupts,
           ReportSink sink);

  /// Upgrades each in order, waiting for its turn. @returns the worst status of the reports, or
  /// 128+n after a signal
  ExitStatus upgrade(const std::vector<std::string>& names);

 private:
  RunReport upgrade_one(std::string name);
  std::optional<RunReport> already_upgraded(std::string& name);
  std::optional<RunReport> claim_and_run(const std::string& name);
  RunReport wait_and_run(const Run& run, bool ours);
  RunReport not_taken(const Run& run, bool ours, const Taken& taken);
  RunReport cancelled(const Run& run);
  void wait_for_end_of(const Run& run);
  void give_up(const Run& run, const Fd& run_lock, const std::string& why);

  UpgradeOptions m_options;
  ReportSink m_sink;
  StopRules m_rules;
  std::optional<std::string> m_server;  // of the workspace that was looked at last
  UpgradeRunner m_runner;
};

}  // namespace upkeep::upgrade
