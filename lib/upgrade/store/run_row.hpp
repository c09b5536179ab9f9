// SPDX-License-Identifier: MIT
// A row of the table `run` as a Run.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The columns that run_from() reads, for a SELECT.
extern const char* const k_run_columns;

Run run_from(const db::Row& row);

/// Reads runs. Keeps a reference to the connection. Every method may throw db::Error.
class RunReader {
 public:
  /// @param table the table `run`, quoted and with its schema
  RunReader(db::Connection& connection, std::string table)
      : m_connection(connection), m_table(std::move(table)) {}

  /// @param rest what follows WHERE
  std::vector<Run> all(const std::string& rest, const std::vector<db::Param>& params = {});
  /// The first of them.
  std::optional<Run> first(const std::string& rest, const std::vector<db::Param>& params = {});

 private:
  db::Connection& m_connection;
  std::string m_table;
};

}  // namespace upkeep::upgrade
