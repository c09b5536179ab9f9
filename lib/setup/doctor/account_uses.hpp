// SPDX-License-Identifier: MIT
// What an account of the database server is for, and what exactly it needs for that.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <string>
#include <vector>

namespace upkeep::setup {

/// Privileges on one table of the control schema.
struct TableGrant {
  std::string table;
  std::vector<std::string> privileges;  ///< SELECT, INSERT, UPDATE, DELETE
  /// The columns that UPDATE is limited to; empty: all.
  std::vector<std::string> updated = {};
};

struct AccountUse {
  std::string name;  ///< `upgrades`, `patches`, `reader`, `web`
  std::string what;  ///< who works with it
  std::vector<TableGrant> grants;
  bool sees_workspaces = false;  ///< reads the workspaces' schemas too
};

/// From the one that needs most.
const std::vector<AccountUse>& account_uses();

/// One account for all tools: every privilege on every table.
AccountUse everything();

/// The number of privileges that the use needs on tables.
std::size_t needed_by(const AccountUse& use);

/// nullptr where there is none of that name.
const AccountUse* find_account_use(const std::string& name);

/// The statements that make the account: it cannot log in by a password before one is set.
/// @param user, host as the server names them. Pure. @throws UsageError for names that are none
std::vector<std::string> account_sql(const AccountUse& use, const config::Config& config,
                                     const std::string& user, const std::string& host);

/// What of the use this account may not do, as `UPDATE on event`; tried with statements that touch
/// no row. @throws db::Error
std::vector<std::string> missing_for_use(db::Connection& connection, const std::string& schema,
                                         const AccountUse& use);

}  // namespace upkeep::setup
