// SPDX-License-Identifier: MIT
// What the table `run` records about workspaces and earlier runs. Only reads.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/progress.hpp"
#include "upgrade/model/run_facts.hpp"
#include "upgrade/store/run_row.hpp"

#include <map>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// From how many earlier runs forecasts are made; pruning keeps them.
inline constexpr int k_forecast_runs = 40;

/// Every method may throw db::Error.
class RunHistory {
 public:
  /// Keeps a reference to the connection. @param table the table `run`, quoted and with its schema
  RunHistory(db::Connection& connection, const std::string& table)
      : m_connection(connection), m_reader(connection, table), m_run(table) {}

  /// For each of `names` with runs (all workspaces if empty): what its runs to `target` say.
  std::map<std::string, RunFacts> facts(const Names& names, const std::string& target);
  /// The newest run of each of `names`, active or ended, except skipped and cancelled ones.
  std::map<std::string, Run> newest(const Names& names);
  /// The newest successful runs to `target`, newest first, at most k_forecast_runs.
  std::vector<HistoryEntry> successes(const std::string& target);

 private:
  db::Connection& m_connection;
  RunReader m_reader;
  std::string m_run;
};

}  // namespace upkeep::upgrade
