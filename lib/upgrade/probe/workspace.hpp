// SPDX-License-Identifier: MIT
// Workspaces: their names, and where their schemas live.
#pragma once

#include "base/regex.hpp"
#include "config/config.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::upgrade {

/// Where a workspace's tables are.
struct Location {
  std::string schema;
  /// Index into Config::servers; nullopt: it has to be looked for on every server.
  std::optional<std::size_t> server;
  std::string problem;  ///< why it cannot be located; empty: located
};

/// The rule for names, and the way from a name to its schema. Holds no connection.
class WorkspaceMap {
 public:
  /// Keeps a reference to `config`.
  explicit WorkspaceMap(const config::Config& config);

  /// Why `name` cannot be a workspace; nullopt when it can.
  [[nodiscard]] std::optional<std::string> objection(std::string_view name) const;
  /// `schemas`: by the pattern; `sites`: by the workspace's db.php (read now).
  [[nodiscard]] Location locate(const std::string& workspace) const;
  /// `schemas` only: the workspace whose schema this is; nullopt where it is none.
  /// @param ignores_case as the server that has the schema does
  [[nodiscard]] std::optional<std::string> workspace_of(const std::string& schema,
                                                        bool ignores_case) const;
  /// `sites` only: every directory with a db.php and a possible name, sorted.
  /// @throws ConfigError when the directory cannot be read
  [[nodiscard]] std::vector<std::string> sites() const;
  /// `schemas` only: a LIKE pattern that every schema of a workspace matches.
  [[nodiscard]] std::string like_pattern() const;

 private:
  [[nodiscard]] Location locate_site(const std::string& workspace) const;
  const config::Config& m_config;
  Regex m_names;
  std::string m_prefix, m_suffix;  // of the schema, around the name
};

}  // namespace upkeep::upgrade
