// SPDX-License-Identifier: MIT
#include "upgrade/probe/workspace.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "db/connection.hpp"
#include "upgrade/probe/db_php.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_mark = "{workspace}";
constexpr std::size_t k_schema_limit = 64;  // the server's limit for the name of a schema

/// Whether the host in a db.php (`host`, `host:port`, `localhost`) is this server.
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

WorkspaceMap::WorkspaceMap(const config::Config& config)
    : m_config(config), m_names(config.workspaces.names) {
  const std::string& pattern = config.workspaces.schema;
  const auto at = pattern.find(k_mark);
  m_prefix = pattern.substr(0, at);
  m_suffix = pattern.substr(at + k_mark.size());
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
  if (m_config.workspaces.discover == config::Discover::sites) return locate_site(workspace);
  return {m_prefix + workspace + m_suffix,
          m_config.servers.size() == 1 ? std::optional<std::size_t>(0) : std::nullopt,
          {}};
}

Location WorkspaceMap::locate_site(const std::string& workspace) const {
  const fs::path file = m_config.workspaces.sites / workspace / "db.php";
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return {{}, {}, "no such workspace"};
  try {
    const DbPhp site = parse_db_php(read_regular_file(file));
    if (site.name.empty()) return {{}, {}, "its db.php does not define DB_NAME"};
    for (std::size_t i = 0; i < m_config.servers.size(); ++i) {
      if (is_host_of(site.host, m_config.servers[i])) return {site.name, i, {}};
    }
    return {site.name,
            {},
            fmt::format("there is no [[server]] for '{}', the host in its db.php",
                        printable(site.host))};
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
    const std::string name = entry.path().filename().string();
    std::error_code ignored;
    if (!objection(name) && fs::exists(entry.path() / "db.php", ignored)) names.push_back(name);
  }
  if (error) {
    throw ConfigError(fmt::format("cannot read the sites in {}: {}",
                                  m_config.workspaces.sites.string(), error.message()),
                      "check [workspaces] sites");
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string WorkspaceMap::like_pattern() const {
  return db::like_literal(m_prefix) + "%" + db::like_literal(m_suffix);
}

}  // namespace upkeep::upgrade
