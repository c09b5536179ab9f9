// SPDX-License-Identifier: MIT
// Workspaces: their names, and the location of their schemas.
#pragma once

#include "base/regex.hpp"
#include "config/config.hpp"
#include "upgrade/probe/config_files.hpp"
#include "upgrade/probe/list_command.hpp"

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

/// A workspace and its place, from files or a command.
struct Listed {
  std::string workspace;
  Location location;
};

/// What an administrator checks if no workspace is found: the keys of `[workspaces]`, with their
/// values.
std::string discovery_of(const config::Workspaces& workspaces);

/// The rule for names, and the mapping from a name to its schema. Holds no connection.
class WorkspaceMap {
 public:
  /// Keeps a reference to `config`.
  explicit WorkspaceMap(const config::Config& config);

  /// Why `name` cannot be a workspace; nullopt if it can.
  [[nodiscard]] std::optional<std::string> objection(std::string_view name) const;
  /// `schemas`: by the pattern; otherwise from the workspace's file or the command, read now.
  /// @throws ConfigError if the command fails
  [[nodiscard]] Location locate(const std::string& workspace) const;
  /// `schemas` only: the workspace of this schema; nullopt if there is none.
  /// @param ignores_case whether the schema's server does
  [[nodiscard]] std::optional<std::string> workspace_of(const std::string& schema,
                                                        bool ignores_case) const;
  /// Not for `schemas`: every workspace with a valid name, sorted, each with its location.
  /// @throws ConfigError if the directory of the sites cannot be read, or the command fails
  [[nodiscard]] std::vector<Listed> listed() const;
  /// `schemas` only: a LIKE pattern that matches the schema of every workspace.
  [[nodiscard]] std::string like_pattern() const;

 private:
  [[nodiscard]] Location locate_site(const std::string& workspace) const;
  [[nodiscard]] Location locate_file(const std::string& workspace) const;
  [[nodiscard]] Location locate_on(const std::string& host, const std::string& schema,
                                   const std::string& said_by) const;
  [[nodiscard]] Location locate_line(const ListedLine& line) const;
  [[nodiscard]] std::vector<std::string> sites() const;
  [[nodiscard]] std::vector<Listed> listed_by_command() const;
  const config::Config& m_config;
  Regex m_names;
  std::string m_prefix, m_suffix;  // of the schema, around the name
  std::optional<ConfigFiles> m_files;
  std::optional<Regex> m_schema_match, m_server_match;
};

}  // namespace upkeep::upgrade
