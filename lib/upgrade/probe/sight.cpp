// SPDX-License-Identifier: MIT
#include "upgrade/probe/sight.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

namespace {

/// No application has this table: if the privilege exists, the server reports that it is missing.
constexpr const char* k_no_table = "upkeep looks for the right to read";

std::string table_of(const std::string& schema, const std::string& table) {
  return db::quoted_identifier(schema) + "." + db::quoted_identifier(table);
}

}  // namespace

/// @param statement opens tables without reading rows
bool Sight::is_allowed(const std::string& statement) {
  try {
    m_connection.query(statement);
    return true;
  } catch (const db::Error& error) {
    if (error.denied()) return false;
    if (error.connection_lost()) throw;
    return true;  // the privileges were sufficient
  }
}

bool Sight::sees_all_of(const std::string& schema) {
  if (!m_sees_everything) {
    m_sees_everything =
        !m_connection
             .query(
                 "SELECT 1 FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE ="
                 " 'SELECT' AND GRANTEE = CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@',"
                 " LENGTH(CURRENT_USER()) - LENGTH(REPLACE(CURRENT_USER(), '@', ''))), '''@''',"
                 " SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''')")
             .empty();
  }
  return *m_sees_everything ||
         is_allowed(fmt::format("SELECT 1 FROM {} LIMIT 0", table_of(schema, k_no_table)));
}

bool Sight::would_see(const std::string& schema, const std::string& table,
                      const std::string& column) {
  const std::string what = column.empty() ? "1" : db::quoted_identifier(column);
  return is_allowed(fmt::format("SELECT {} FROM {} LIMIT 0", what, table_of(schema, table)));
}

std::set<std::string> Sight::with_tables(const std::vector<std::string>& schemas) {
  constexpr std::size_t k_at_once = 200;
  std::set<std::string> found;
  for (std::size_t from = 0; from < schemas.size(); from += k_at_once) {
    const std::size_t end = std::min(schemas.size(), from + k_at_once);
    std::string sql;
    for (std::size_t i = from; i < end; ++i) {
      if (!sql.empty()) sql += " UNION ALL ";
      sql += m_connection.bound(
          fmt::format("(SELECT {} FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? LIMIT 1)",
                      i),
          {schemas[i]});
    }
    for (const db::Row& row : m_connection.query(sql)) {
      found.insert(schemas.at(static_cast<std::size_t>(row.integer(0))));
    }
  }
  return found;
}

std::string Sight::grant_for(const std::string& schema) {
  const std::string account = m_connection.query("SELECT CURRENT_USER()").at(0).text(0);
  const auto at = account.rfind('@');
  // In a GRANT, `_` and `%` stand for any character.
  const std::string name = replace_all(replace_all(schema, "_", "\\_"), "%", "\\%");
  return fmt::format("GRANT SELECT ON {}.* TO {}@{}", db::quoted_identifier(name),
                     db::quoted_identifier(account.substr(0, at)),
                     db::quoted_identifier(at == std::string::npos ? "%" : account.substr(at + 1)));
}

}  // namespace upkeep::upgrade
