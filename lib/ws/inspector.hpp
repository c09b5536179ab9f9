// SPDX-License-Identifier: MIT
// Looks at workspaces: schemas, probes, runs and the marker, combined to a state.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "ws/run_store.hpp"
#include "ws/state.hpp"
#include "ws/workspace.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::ws {

/// The servers' connections are made when first needed and kept; those of several servers in
/// parallel. Use from one thread.
class Inspector {
 public:
  /// Keeps references to both; `control` also serves as the connection to the workspaces' server
  /// where that is the same one.
  Inspector(const config::Config& config, db::Connection& control);
  ~Inspector();
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  /// The states of `names`, in their order. A name that breaks the rule must not be among them. A
  /// server that is away makes `unknown` records.
  /// @throws db::Error when the control database is away; Error(unavailable) when no server answers
  /// at all
  std::vector<WorkspaceStatus> inspect(const std::vector<std::string>& names,
                                       const std::string& target, bool explain = false);
  WorkspaceStatus inspect(const std::string& name, const std::string& target);
  /// Every workspace there is, sorted by name. @param down filled with the servers that do not
  /// answer
  std::vector<WorkspaceStatus> inspect_all(const std::string& target, bool explain,
                                           std::vector<std::string>& down);
  [[nodiscard]] const WorkspaceMap& map() const noexcept { return m_map; }

 private:
  struct Server;
  struct Found;
  void connect_all();
  void look_up(Found& found);
  std::vector<Found> find_all(std::vector<std::string>& down);
  WorkspaceStatus conclude(const Found& found, const std::string& target, RunFacts runs,
                           const Marker& marker, bool explain) const;
  std::vector<WorkspaceStatus> conclude_all(const std::vector<Found>& found, const Names& names,
                                            const std::string& target, bool explain);

  const config::Config& m_config;
  db::Connection& m_control;
  WorkspaceMap m_map;
  RunStore m_runs;
  HoldStore m_holds;
  std::vector<std::unique_ptr<Server>> m_servers;
};

}  // namespace upkeep::ws
