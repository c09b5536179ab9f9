// SPDX-License-Identifier: MIT
// What the account of a connection may see. information_schema omits everything else: a table that
// is not listed there may still exist.
#pragma once

#include "db/connection.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// Tests privileges by statements that require them, so that roles, wildcards and grants on single
/// tables count as they do for the server. Keeps a reference to the connection.
class Sight {
 public:
  explicit Sight(db::Connection& connection) : m_connection(connection) {}

  /// Whether all tables of the schema are visible. @throws db::Error
  bool sees_all_of(const std::string& schema);
  /// Whether the table or column would be visible if it existed. @param column empty: only the
  /// table.
  /// @throws db::Error
  bool would_see(const std::string& schema, const std::string& table, const std::string& column);
  /// Those of `schemas` in which at least one table is visible. @throws db::Error
  std::set<std::string> with_tables(const std::vector<std::string>& schemas);
  /// The statement that grants this account access to the schema. @throws db::Error
  std::string grant_for(const std::string& schema);

 private:
  bool is_allowed(const std::string& statement);
  db::Connection& m_connection;
  std::optional<bool> m_sees_everything;
};

}  // namespace upkeep::upgrade
