// SPDX-License-Identifier: MIT
#include "db/session_state.hpp"

#include "base/text.hpp"

#include <string>
#include <vector>

namespace upkeep::db {

namespace {

/// Known to MariaDB and MySQL alike. Connector/C++ itself sets autocommit and the isolation level.
const std::vector<std::string>& common_state() {
  static const std::vector<std::string> k_state{
      // No ANSI_QUOTES, NO_BACKSLASH_ESCAPES, PIPES_AS_CONCAT, PAD_CHAR_TO_FULL_LENGTH, …
      "sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
      "sql_select_limit = 18446744073709551615",
      "sql_safe_updates = 0",
      "sql_big_selects = 1",
      "sql_auto_is_null = 0",
      "completion_type = 0",  // COMMIT is that, and no new transaction, and no end of the session
      "foreign_key_checks = 1",
      "unique_checks = 1",
      "time_zone = '+00:00'",
      "lc_time_names = 'en_US'",
      "default_week_format = 0",
      "div_precision_increment = 4",
      "group_concat_max_len = 1048576",
  };
  return k_state;
}

/// By its own name on either side; the other one takes it for a comment. The value is 0, OFF or the
/// words of newer servers.
constexpr const char* k_read_only =
    "/*M! , tx_read_only = IF(CAST(@@global.read_only AS CHAR) IN ('0', 'OFF'), 0, 1) */"
    "/*!50720 , transaction_read_only = IF(CAST(@@global.read_only AS CHAR) IN ('0', 'OFF'), 0, 1)"
    " */";

/// One by one, for a server that does not know one of them.
void set_what_is_known(Connection& connection, bool obeys_read_only) {
  std::vector<std::string> each = common_state();
  each.emplace_back("NAMES utf8mb4");
  for (const std::string& one : each) {
    try {
      connection.execute("SET " + one);
    } catch (const Error& error) {
      if (!error.unknown_variable()) throw;
    }
  }
  if (!obeys_read_only) return;
  const std::string read_only = lower(connection.query("SELECT @@global.read_only").at(0).text(0));
  if (read_only == "0" || read_only == "off") return;
  connection.execute("SET SESSION TRANSACTION READ ONLY");
}

}  // namespace

void set_session_state(Connection& connection, bool obeys_read_only) {
  static const std::string k_statement = "SET NAMES utf8mb4, SESSION " + join(common_state(), ", ");
  try {
    connection.execute(obeys_read_only ? k_statement + k_read_only : k_statement);
  } catch (const Error& error) {
    if (!error.unknown_variable()) throw;
    set_what_is_known(connection, obeys_read_only);
  }
}

}  // namespace upkeep::db
