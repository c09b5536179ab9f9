// SPDX-License-Identifier: MIT
// The purposes of database accounts, and the exact privileges that each requires.
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
  std::string what;  ///< who uses it
  std::vector<TableGrant> grants;
  bool sees_workspaces = false;  ///< also reads the workspaces' schemas
};

/// Ordered by the privileges required, most first.
const std::vector<AccountUse>& account_uses();

/// One account for all tools: every privilege on every table.
AccountUse everything();

/// The number of table privileges that the use requires.
std::size_t needed_by(const AccountUse& use);

/// nullptr if there is none with this name.
const AccountUse* find_account_use(const std::string& name);

/// The statements that create the account, which cannot log in with a password until one is set.
/// @param user, host as the server names them. Pure. @throws UsageError for invalid names
std::vector<std::string> account_sql(const AccountUse& use, const config::Config& config,
                                     const std::string& user, const std::string& host);

/// The privileges that this use requires and the account lacks, as `UPDATE on event`. Tested with
/// statements that change no row. @throws db::Error
std::vector<std::string> missing_for_use(db::Connection& connection, const std::string& schema,
                                         const AccountUse& use);

}  // namespace upkeep::setup
