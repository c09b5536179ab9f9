// SPDX-License-Identifier: MIT
#include "db/statement_limit.hpp"

#include <fmt/format.h>

namespace upkeep::db {

void limit_statements(Connection& connection, std::optional<std::chrono::milliseconds> limit) {
  const auto ms = limit ? limit->count() : 0;
  try {
    // MariaDB counts seconds, MySQL milliseconds; 0 would mean no limit.
    connection.execute(
        limit ? fmt::format("SET SESSION max_statement_time = {}.{:03}", ms / 1000, ms % 1000)
              : "SET SESSION max_statement_time = DEFAULT");
    return;
  } catch (const Error& error) {
    if (!error.unknown_variable()) throw;
  }
  try {
    connection.execute(limit ? fmt::format("SET SESSION max_execution_time = {}", ms)
                             : "SET SESSION max_execution_time = DEFAULT");
  } catch (const Error& error) {
    if (!error.unknown_variable()) throw;
  }
}

}  // namespace upkeep::db
