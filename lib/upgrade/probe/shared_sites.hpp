// SPDX-License-Identifier: MIT
#pragma once

#include "upgrade/probe/workspace.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The databases of the sites, from their db.php files at the time of reading. Two sites with the
/// same database are not two workspaces.
class SharedSites {
 public:
  struct Site {
    std::string name, schema;
    std::size_t server = 0;
  };

  /// Reads every site. @throws ConfigError if the directory cannot be read
  static SharedSites read(const WorkspaceMap& map);
  /// Whether there is a site of this name, ignoring case.
  [[nodiscard]] bool has(const std::string& site) const;
  /// The other sites with a schema of this name, ignoring case, on any server.
  [[nodiscard]] std::vector<Site> beside(const std::string& site, const std::string& schema) const;

 private:
  std::set<std::string> m_names;                         // in lower case
  std::map<std::string, std::vector<Site>> m_by_schema;  // by its name in lower case
};

}  // namespace upkeep::upgrade
