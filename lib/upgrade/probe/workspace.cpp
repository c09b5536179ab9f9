// SPDX-License-Identifier: MIT
#include "upgrade/probe/workspace.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "db/connection.hpp"
#include "upgrade/model/state.hpp"
#include "upgrade/probe/db_php.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_mark = "{workspace}";
constexpr std::size_t k_schema_limit = 64;  // the server's limit for the name of a schema

/// Whether a host in a file or list (`host`, `host:port`, `localhost`) is this server.
bool is_host_of(const std::string& host, const config::Server& server) {
  const auto says = [&](const std::string& spelling) { return lower(spelling) == lower(host); };
  if (std::any_of(server.aliases.begin(), server.aliases.end(), says)) return true;
  if (server.host.empty()) {
    return says("localhost") || says("localhost:3306") || says("127.0.0.1") ||
           says("127.0.0.1:3306");
  }
  if (says(fmt::format("{}:{}", server.host, server.port))) return true;
  return server.port == 3306 && says(server.host);
}

}  // namespace

std::string discovery_of(const config::Workspaces& workspaces) {
  switch (workspaces.discover) {
    case config::Discover::sites:
      return fmt::format("[workspaces] sites ({})", workspaces.sites.string());
    case config::Discover::files:
      return fmt::format("[workspaces] files ({}) and names ({})", workspaces.files,
                         workspaces.names);
    case config::Discover::command:
      return fmt::format("[workspaces] command ({}) and names ({})", join(workspaces.command, " "),
                         workspaces.names);
    case config::Discover::schemas:
      break;
  }
  return fmt::format("[workspaces] schema ({}) and the privileges of the database user",
                     workspaces.schema);
}

WorkspaceMap::WorkspaceMap(const config::Config& config)
    : m_config(config), m_names(config.workspaces.names) {
  const config::Workspaces& workspaces = config.workspaces;
  if (workspaces.discover == config::Discover::schemas) {
    const auto at = workspaces.schema.find(k_mark);
    m_prefix = workspaces.schema.substr(0, at);
    m_suffix = workspaces.schema.substr(at + k_mark.size());
  } else if (workspaces.discover == config::Discover::files) {
    m_files.emplace(workspaces.files);
    m_schema_match.emplace(workspaces.schema_match);
    if (!workspaces.server_match.empty()) m_server_match.emplace(workspaces.server_match);
  }
}

std::optional<std::string> WorkspaceMap::objection(std::string_view name) const {
  if (name.empty()) return "the name is empty";
  if (!m_names.matches(name)) {
    return fmt::format("'{}' is not a workspace name (rule: {})", printable(ellipsized(name, 80)),
                       m_config.workspaces.names);
  }
  // Regardless of the configured rule: a name is used in file names, argv and the lock's comment.
  if (name.find('/') != std::string_view::npos || name.front() == '-' || name.front() == '.' ||
      name.size() > k_schema_limit || printable(name) != name) {
    return fmt::format(
        "'{}' cannot be a workspace name: it must not contain '/', start with '-' or '.', or"
        " be longer than 64",
        printable(ellipsized(name, 80)));
  }
  if (m_config.workspaces.discover == config::Discover::schemas &&
      m_prefix.size() + name.size() + m_suffix.size() > k_schema_limit) {
    return fmt::format("the schema name of '{}' is longer than 64 characters",
                       printable(ellipsized(name, 80)));
  }
  return std::nullopt;
}

Location WorkspaceMap::locate(const std::string& workspace) const {
  switch (m_config.workspaces.discover) {
    case config::Discover::schemas:
      return locate_on("", m_prefix + workspace + m_suffix, "");
    case config::Discover::sites:
      return locate_site(workspace);
    case config::Discover::files:
      return locate_file(workspace);
    case config::Discover::command:
      break;
  }
  for (Listed& one : listed_by_command()) {
    if (one.workspace == workspace) return std::move(one.location);
  }
  return {{}, {}, k_no_such_workspace};
}

/// @param host empty: whichever server has the schema. @param said_by of the host, for a message
Location WorkspaceMap::locate_on(const std::string& host, const std::string& schema,
                                 const std::string& said_by) const {
  if (schema.size() > k_schema_limit)
    return {{}, {}, "the name of its schema is longer than 64 characters"};
  const auto& servers = m_config.servers;
  if (host.empty())
    return {schema, servers.size() == 1 ? std::optional<std::size_t>(0) : std::nullopt, {}};
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (is_host_of(host, servers[i])) return {schema, i, {}};
  }
  return {schema,
          {},
          fmt::format("there is no [[server]] for '{}', the host in {}", printable(host), said_by)};
}

Location WorkspaceMap::locate_site(const std::string& workspace) const {
  const fs::path file = m_config.workspaces.sites / workspace / "db.php";
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return {{}, {}, k_no_such_workspace};
  try {
    const DbPhp site = parse_db_php(read_regular_file(file));
    if (site.name.empty()) return {{}, {}, "its db.php does not define DB_NAME"};
    // A db.php always names a host, if only an empty one.
    return locate_on(site.host.empty() ? "''" : site.host, site.name, "its db.php");
  } catch (const Error& error) {
    return {{}, {}, error.what()};
  }
}

Location WorkspaceMap::locate_file(const std::string& workspace) const {
  const auto files = m_files->files_of(workspace);
  if (files.empty()) return {{}, {}, k_no_such_workspace};
  if (files.size() > 1)
    return {{}, {}, fmt::format("it has {} files: {}", files.size(), join(files, ", "))};
  const std::string& file = files.front();
  try {
    const std::string text = read_regular_file(file);
    const auto schema = first_group(*m_schema_match, text);
    if (!schema) return {{}, {}, fmt::format("schema_match finds nothing in {}", file)};
    if (!m_server_match) return locate_on("", *schema, file);
    const auto host = first_group(*m_server_match, text);
    if (!host) return {{}, {}, fmt::format("server_match finds nothing in {}", file)};
    return locate_on(*host, *schema, file);
  } catch (const Error& error) {
    return {{}, {}, error.what()};
  }
}

std::optional<std::string> WorkspaceMap::workspace_of(const std::string& schema,
                                                      bool ignores_case) const {
  const auto folded = [&](std::string_view text) {
    return ignores_case ? lower(text) : std::string(text);
  };
  if (schema.size() <= m_prefix.size() + m_suffix.size() ||
      !folded(schema).starts_with(folded(m_prefix)) ||
      !folded(schema).ends_with(folded(m_suffix))) {
    return std::nullopt;
  }
  std::string name =
      schema.substr(m_prefix.size(), schema.size() - m_prefix.size() - m_suffix.size());
  if (objection(name)) return std::nullopt;
  return name;
}

std::vector<std::string> WorkspaceMap::sites() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(m_config.workspaces.sites, error)) {
    std::error_code ignored;
    if (fs::exists(entry.path() / "db.php", ignored))
      names.push_back(entry.path().filename().string());
  }
  if (error) {
    throw ConfigError(fmt::format("cannot read the sites in {}: {}",
                                  m_config.workspaces.sites.string(), error.message()),
                      "check [workspaces] sites");
  }
  return names;
}

Location WorkspaceMap::locate_line(const ListedLine& line) const {
  for (std::size_t i = 0; i < m_config.servers.size(); ++i) {
    if (m_config.servers[i].name == line.server) return {line.schema, i, {}};
  }
  return locate_on(line.server, line.schema, "its line of the list");
}

std::vector<Listed> WorkspaceMap::listed_by_command() const {
  std::vector<Listed> all;
  for (const ListedLine& line :
       run_list_command(m_config.workspaces.command, m_config.upgrade.directory)) {
    if (objection(line.workspace)) continue;
    all.push_back({line.workspace, locate_line(line)});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Listed& a, const Listed& b) { return a.workspace < b.workspace; });
  std::vector<Listed> once;
  once.reserve(all.size());
  for (Listed& one : all) {
    if (once.empty() || once.back().workspace != one.workspace) {
      once.push_back(std::move(one));
    } else {
      once.back().location = {{}, {}, "it is listed more than once"};
    }
  }
  return once;
}

std::vector<Listed> WorkspaceMap::listed() const {
  if (m_config.workspaces.discover == config::Discover::command) return listed_by_command();
  std::vector<std::string> names = m_files ? m_files->names() : sites();
  std::erase_if(names, [this](const std::string& name) { return objection(name).has_value(); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<Listed> all;
  all.reserve(names.size());
  for (std::string& name : names) {
    Location location = locate(name);
    all.push_back({std::move(name), std::move(location)});
  }
  return all;
}

std::string WorkspaceMap::like_pattern() const {
  return db::like_literal(m_prefix) + "%" + db::like_literal(m_suffix);
}

}  // namespace upkeep::upgrade
