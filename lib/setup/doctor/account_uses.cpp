// SPDX-License-Identifier: MIT
#include "setup/doctor/account_uses.hpp"

#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::setup {

namespace {

using Words = std::vector<std::string>;

std::vector<TableGrant> for_upgrades() {
  std::vector<TableGrant> grants{{"schema_version", {"SELECT"}}};
  for (const char* table :
       {"installation", "slot", "sweep", "host_target", "handover", "pruned_run"}) {
    grants.push_back({table, {"SELECT", "INSERT", "UPDATE"}});
  }
  for (const char* table : {"pause", "hold", "run", "stop"}) {
    grants.push_back({table, {"SELECT", "INSERT", "UPDATE", "DELETE"}});
  }
  return grants;
}

/// Events are added, and never changed or deleted, except `pending`, which records deliveries.
std::vector<TableGrant> for_patches() {
  return {
      {"schema_version", {"SELECT"}},
      {"event", {"SELECT", "INSERT", "UPDATE"}, {"pending"}},
      {"patch", {"SELECT", "INSERT", "UPDATE"}},
      {"patch_jar", {"SELECT", "INSERT", "DELETE"}},
      {"link", {"SELECT", "INSERT", "DELETE"}},
      {"number_sequence", {"SELECT", "INSERT", "UPDATE"}},
      {"term_index", {"SELECT", "INSERT"}},
      {"term_word", {"SELECT", "INSERT"}},
      {"choice", {"SELECT", "INSERT", "DELETE"}},
      {"choice_alias", {"SELECT", "INSERT", "UPDATE", "DELETE"}},
      {"artifact_type", {"SELECT", "INSERT"}},
      {"lifecycle", {"SELECT", "INSERT"}},
      {"delivery", {"SELECT", "INSERT", "UPDATE", "DELETE"}},
      {"deliverer", {"SELECT", "INSERT", "UPDATE"}},
      {"view", {"SELECT", "INSERT", "UPDATE", "DELETE"}},
  };
}

std::vector<TableGrant> read_only(std::vector<TableGrant> grants) {
  for (TableGrant& one : grants) one = {one.table, {"SELECT"}};
  return grants;
}

std::vector<TableGrant> for_readers() {
  std::vector<TableGrant> grants = for_upgrades();
  for (TableGrant& one : for_patches()) {
    if (one.table != "schema_version") grants.push_back(std::move(one));
  }
  return read_only(std::move(grants));
}

/// `wf_{workspace}` as a GRANT pattern.
std::string schema_pattern(const std::string& pattern) {
  const std::string escaped =
      replace_all(replace_all(replace_all(pattern, "\\", "\\\\"), "_", "\\_"), "%", "\\%");
  return "`" + replace_all(replace_all(escaped, "{workspace}", "%"), "`", "``") + "`";
}

std::string privileges_of(const TableGrant& grant) {
  Words words = grant.privileges;
  for (std::string& word : words) {
    if (word != "UPDATE" || grant.updated.empty()) continue;
    Words columns;
    for (const std::string& column : grant.updated) {
      columns.push_back(db::quoted_identifier(column));
    }
    word += " (" + join(columns, ", ") + ")";
  }
  return join(words, ", ");
}

/// Requires the privilege but changes no row. @param column the table's first column
std::string trial(const std::string& privilege, const std::string& table,
                  const std::string& column) {
  if (privilege == "SELECT") return fmt::format("SELECT 1 FROM {} WHERE 1 = 0", table);
  if (privilege == "INSERT") {
    return fmt::format("INSERT INTO {0} SELECT * FROM {0} WHERE 1 = 0", table);
  }
  if (privilege == "UPDATE") {
    return fmt::format("UPDATE {0} SET {1} = {1} WHERE 1 = 0", table, column);
  }
  return fmt::format("DELETE FROM {} WHERE 1 = 0", table);
}

}  // namespace

const std::vector<AccountUse>& account_uses() {
  static const std::vector<AccountUse> k_uses{
      {"upgrades", "the account that runs upgrades", for_upgrades(), true},
      {"patches", "people and hooks that work with patches", for_patches()},
      {"web", "the waiting page and the gate (ws-check --map)", read_only(for_upgrades()), true},
      {"reader", "reports and listings", for_readers(), true},
  };
  return k_uses;
}

AccountUse everything() {
  AccountUse all{"everything", "all tools with one account", {}};
  for (const AccountUse& use : account_uses()) {
    for (const TableGrant& grant : use.grants) {
      const bool known = std::any_of(all.grants.begin(), all.grants.end(),
                                     [&](const auto& one) { return one.table == grant.table; });
      if (!known) all.grants.push_back({grant.table, {"SELECT", "INSERT", "UPDATE", "DELETE"}});
    }
  }
  std::sort(all.grants.begin(), all.grants.end(),
            [](const auto& a, const auto& b) { return a.table < b.table; });
  return all;
}

std::size_t needed_by(const AccountUse& use) {
  std::size_t count = 0;
  for (const TableGrant& grant : use.grants) count += grant.privileges.size();
  return count;
}

const AccountUse* find_account_use(const std::string& name) {
  const auto& uses = account_uses();
  const auto found = std::find_if(uses.begin(), uses.end(),
                                  [&](const AccountUse& one) { return one.name == name; });
  return found == uses.end() ? nullptr : &*found;
}

std::vector<std::string> account_sql(const AccountUse& use, const config::Config& config,
                                     const std::string& user, const std::string& host) {
  static const Regex k_user("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}");
  static const Regex k_host("[A-Za-z0-9_.:%/-]{1,60}");
  if (!k_user.matches(user)) {
    throw UsageError(fmt::format("--user '{}': not a valid account name", printable(user)),
                     "letters, digits, _ . and -, at most 32");
  }
  if (!k_host.matches(host)) {
    throw UsageError(fmt::format("--host '{}': not a valid host", printable(host)),
                     "e.g. localhost, db1.example.org, 10.0.0.% or %");
  }
  const std::string account = fmt::format("'{}'@'{}'", user, host);
  // MariaDB and MySQL each treat the other's part as a comment.
  const bool local = host == "localhost";
  std::vector<std::string> statements{fmt::format(
      "CREATE USER IF NOT EXISTS {} /*M! IDENTIFIED VIA {} */ /*!80018 IDENTIFIED BY RANDOM "
      "PASSWORD */;",
      account, local ? "unix_socket" : "mysql_native_password USING 'invalid'")};
  const std::string schema = db::quoted_identifier(config.database.schema);
  for (const TableGrant& one : use.grants) {
    statements.push_back(fmt::format("GRANT {} ON {}.{} TO {};", privileges_of(one), schema,
                                     db::quoted_identifier(one.table), account));
  }
  if (use.sees_workspaces && config.workspaces.discover == config::Discover::schemas) {
    statements.push_back(fmt::format("GRANT SELECT ON {}.* TO {};",
                                     schema_pattern(config.workspaces.schema), account));
  }
  return statements;
}

std::vector<std::string> missing_for_use(db::Connection& connection, const std::string& schema,
                                         const AccountUse& use) {
  std::vector<std::string> missing;
  for (const TableGrant& grant : use.grants) {
    const std::string table =
        db::quoted_identifier(schema) + "." + db::quoted_identifier(grant.table);
    std::string column = grant.updated.empty() ? "" : grant.updated.front();
    if (column.empty()) {
      const db::Rows first = connection.query(
          "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND"
          " table_name = ? AND ordinal_position = 1",
          {schema, grant.table});
      column = first.empty() ? "id" : first[0].text(0);
    }
    for (const std::string& privilege : grant.privileges) {
      try {
        const std::string statement = trial(privilege, table, db::quoted_identifier(column));
        if (privilege == "SELECT") {
          connection.query(statement);
        } else {
          connection.execute(statement);
        }
      } catch (const db::Error& error) {
        if (error.status() != ExitStatus::not_permitted) throw;
        missing.push_back(fmt::format("{} on {}", privilege, grant.table));
      }
    }
  }
  return missing;
}

}  // namespace upkeep::setup
