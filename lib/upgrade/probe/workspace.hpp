// SPDX-License-Identifier: MIT
// Workspaces: their names, and the location of their schemas.
#pragma once

#include "base/regex.hpp"
#include "config/config.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::upgrade {

/// The location of a workspace's tables.
struct Location {
  std::string schema;
  /// Index into Config::servers; nullopt: it must be searched on every server.
  std::optional<std::size_t> server;
  std::string problem;  ///< why it cannot be located; empty if it can
};

/// The rule for names, and the mapping from a name to its schema. Holds no connection.
class WorkspaceMap {
 public:
  /// Keeps a reference to `config`.
  explicit WorkspaceMap(const config::Config& config);

  /// Why `name` cannot be a workspace; nullopt if it can.
  [[nodiscard]] std::optional<std::string> objection(std::string_view name) const;
  /// `schemas`: by the pattern; `sites`: by the workspace's db.php (read now).
  [[nodiscard]] Location locate(const std::string& workspace) const;
  /// `schemas` only: the workspace of this schema; nullopt if there is none.
  /// @param ignores_case whether the schema's server does
  [[nodiscard]] std::optional<std::string> workspace_of(const std::string& schema,
                                                        bool ignores_case) const;
  /// `sites` only: every directory with a db.php and a valid name, sorted.
  /// @throws ConfigError if the directory cannot be read
  [[nodiscard]] std::vector<std::string> sites() const;
  /// `schemas` only: a LIKE pattern that matches the schema of every workspace.
  [[nodiscard]] std::string like_pattern() const;

 private:
  [[nodiscard]] Location locate_site(const std::string& workspace) const;
  const config::Config& m_config;
  Regex m_names;
  std::string m_prefix, m_suffix;  // of the schema, around the name
};

}  // namespace upkeep::upgrade
