// SPDX-License-Identifier: MIT
#pragma once

#include "upgrade/probe/workspace.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The workspaces that are listed by files or a command, at the time of reading; not for
/// `discover = "schemas"`, where the servers list them.
class Listing {
 public:
  struct Neighbour {
    std::string name, schema;
    std::size_t server = 0;
  };

  /// Lists them. @throws ConfigError as WorkspaceMap::listed()
  static Listing read(const WorkspaceMap& map);
  /// Whether there is a workspace of this name, ignoring case.
  [[nodiscard]] bool has(const std::string& workspace) const;
  /// Where a workspace of exactly this name is.
  [[nodiscard]] Location locate(const std::string& workspace) const;
  /// The others with a schema of this name, ignoring case, on any server.
  [[nodiscard]] std::vector<Neighbour> beside(const std::string& workspace,
                                              const std::string& schema) const;

 private:
  std::map<std::string, Location> m_locations;
  std::set<std::string> m_names;                              // in lower case
  std::map<std::string, std::vector<Neighbour>> m_by_schema;  // by its name in lower case
};

}  // namespace upkeep::upgrade
