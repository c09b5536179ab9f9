// SPDX-License-Identifier: MIT
// How workspaces show their version: tables, columns and queries, looked up for many workspaces at
// once.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <map>
#include <string>
#include <vector>

namespace upkeep::ws {

/// What one probe said.
enum class Answer { holds, does_not_hold, unknown };

/// What is known of one schema on one server.
struct SchemaFacts {
  bool exists = false;
  std::vector<Answer> answers;  ///< one a configured probe, in the configuration's order
  std::string problem;          ///< why a probe is `unknown`
};

/// Reads schemas through one connection to their server. Keeps references to both.
class ProbeReader {
 public:
  ProbeReader(db::Connection& connection, const std::vector<config::Probe>& probes);

  /// One schema: one round trip, and one for each query probe. @throws db::Error
  SchemaFacts read(const std::string& schema);
  /// Every schema whose name matches a LIKE pattern: ONE query for all tables and columns. Query
  /// probes are asked schema by schema. @throws db::Error
  std::map<std::string, SchemaFacts> read_all(const std::string& like_pattern);

 private:
  [[nodiscard]] std::string table_lookups(const std::string& schema_condition,
                                          const std::string& schema) const;
  void take_rows(const db::Rows& rows, std::map<std::string, SchemaFacts>& facts) const;
  void ask_queries(const std::string& schema, SchemaFacts& facts);

  db::Connection& m_connection;
  const std::vector<config::Probe>& m_probes;
  bool m_has_queries = false;
};

/// How a probe is told to people: `TABLE.COLUMN`, `TABLE`, `query "…"`.
std::string label(const config::Probe& probe);

}  // namespace upkeep::ws
