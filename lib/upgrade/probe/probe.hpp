// SPDX-License-Identifier: MIT
// How the version of workspaces is determined: tables, columns and queries, for many workspaces at
// once.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/model/schema_facts.hpp"
#include "upgrade/probe/sight.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::upgrade {

/// What is read from each schema.
struct ProbeScope {
  std::string version;  ///< only its probes are read, the others are `unknown`; empty: all
  /// For all query probes of one workspace together: the result of slower ones is `unknown`.
  std::chrono::milliseconds query_limit{2000};
};

/// Whether the query of a probe names `{workspace}`, as it must if several share a schema.
bool names_workspace(const config::Probe& probe);

/// The query of a probe for one workspace: its name replaces `{workspace}`; nullopt if the name has
/// characters that could end a name or a string in SQL, or begin a comment.
std::optional<std::string> query_for(const config::Probe& probe, const std::string& workspace);

/// A separate connection for query probes: a workspace's own views and functions may kill a session
/// or change its settings, which must not affect the main connection or the next workspace.
class QueryLine {
 public:
  explicit QueryLine(db::Endpoint endpoint) : m_endpoint(std::move(endpoint)) {}
  /// The connection, in the initial state of our sessions. @throws db::Error
  db::Connection& ready();
  /// Deselects the schema. Call it between two workspaces.
  void rest();
  void close() { m_connection.reset(); }

 private:
  db::Endpoint m_endpoint;
  std::optional<db::Connection> m_connection;
};

/// Reads schemas through one connection to their server. Keeps references to everything but the
/// scope.
class ProbeReader {
 public:
  ProbeReader(db::Connection& connection, const std::vector<config::Probe>& probes, Sight& sight,
              QueryLine& queries, ProbeScope scope);

  /// One workspace's schema: one round trip, one per query probe, and a few more if a probe does
  /// not hold. @throws db::Error
  SchemaFacts read(const std::string& schema, const std::string& workspace);
  /// The workspace of a schema; empty if it has none or several.
  using NameOf = std::function<std::string(const std::string& schema, bool ignores_case)>;
  /// Every schema whose name matches a LIKE pattern: ONE query for all tables and columns. Query
  /// probes are run schema by schema. @throws db::Error
  std::map<std::string, SchemaFacts> read_all(const std::string& like_pattern,
                                              const NameOf& name_of);

 private:
  using FactsBySchema = std::map<std::string, SchemaFacts>;
  [[nodiscard]] bool is_asked(const config::Probe& probe) const {
    return m_scope.version.empty() || probe.version == m_scope.version;
  }
  [[nodiscard]] SchemaFacts empty_facts() const;
  [[nodiscard]] std::string lookups(std::string_view comparison, const std::string& schema) const;
  void take_rows(const db::Rows& rows, FactsBySchema& facts);
  FactsBySchema look_up(std::string_view comparison, const std::string& schema);
  void ask_queries(const std::string& schema, const std::string& workspace, SchemaFacts& facts);
  void doubt_absence(FactsBySchema& facts);
  void doubt_absence(const std::string& schema, SchemaFacts& facts);
  std::string unreadable(const std::string& schema);
  [[nodiscard]] bool is_missing(const SchemaFacts& facts, std::size_t probe) const;

  db::Connection& m_connection;
  const std::vector<config::Probe>& m_probes;
  Sight& m_sight;
  QueryLine& m_queries;
  ProbeScope m_scope;
  bool m_has_queries = false;
  bool m_ignores_case = false;
};

}  // namespace upkeep::upgrade
