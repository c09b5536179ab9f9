// SPDX-License-Identifier: MIT
#include "db/session_state.hpp"

#include "base/text.hpp"

#include <string>
#include <vector>

namespace upkeep::db {

namespace {

/// Known to both MariaDB and MySQL. Connector/C++ itself sets the isolation level.
const std::vector<std::string>& common_state() {
  static const std::vector<std::string> k_state{
      "completion_type = 0",  // COMMIT starts no new transaction and keeps the session
      // Switching from 0 to 1 commits a transaction begun by init_connect; otherwise ours would
      // become part of it and be lost.
      "autocommit = 0",
      "autocommit = 1",
      // No ANSI_QUOTES, NO_BACKSLASH_ESCAPES, PIPES_AS_CONCAT, PAD_CHAR_TO_FULL_LENGTH, …
      "sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
      "sql_select_limit = 18446744073709551615",
      "sql_safe_updates = 0",
      "sql_big_selects = 1",
      "sql_auto_is_null = 0",
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

/// MariaDB only: migrations may use whichever algorithm the server needs.
constexpr const char* k_of_mariadb = "/*M!100307 , SESSION alter_algorithm = 'DEFAULT' */";

/// Each server knows one of the names and treats the other as a comment. The value is 0, OFF or one
/// of the words of newer servers.
constexpr const char* k_read_only =
    "/*M! , SESSION tx_read_only = IF(CAST(@@global.read_only AS CHAR) IN ('0', 'OFF'), 0, 1) */"
    "/*!50720 , SESSION transaction_read_only = IF(CAST(@@global.read_only AS CHAR) IN ('0', "
    "'OFF'), 0, 1)"
    " */";

}  // namespace

std::string session_state(bool obeys_read_only) {
  static const std::string k_statement =
      "SET NAMES utf8mb4, SESSION " + join(common_state(), ", SESSION ") + k_of_mariadb;
  return obeys_read_only ? k_statement + k_read_only : k_statement;
}

void set_known_session_state(Connection& connection, bool obeys_read_only) {
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

}  // namespace upkeep::db
