// SPDX-License-Identifier: MIT
// What the account of a connection is allowed to see. information_schema leaves out what it may
// not: what is not listed there may exist all the same.
#pragma once

#include "db/connection.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// Asks the server by attempting what needs the right, so that roles, wildcards and grants on
/// single tables count as the server counts them. Keeps a reference to the connection.
class Sight {
 public:
  explicit Sight(db::Connection& connection) : m_connection(connection) {}

  /// Whether every table of the schema can be seen. @throws db::Error
  bool sees_all_of(const std::string& schema);
  /// Whether this one could be seen if it were there. @param column empty: the table alone.
  /// @throws db::Error
  bool would_see(const std::string& schema, const std::string& table, const std::string& column);
  /// Those of `schemas` in which at least one table can be seen. @throws db::Error
  std::set<std::string> with_tables(const std::vector<std::string>& schemas);
  /// The statement that lets this account read the schema. @throws db::Error
  std::string grant_for(const std::string& schema);

 private:
  bool is_allowed(const std::string& statement);
  db::Connection& m_connection;
  std::optional<bool> m_sees_everything;
};

}  // namespace upkeep::upgrade
