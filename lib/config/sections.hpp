// SPDX-License-Identifier: MIT
// Parts of upkeep.toml that have a file of their own; config.cpp reads the others and says in which
// order.
#pragma once

#include "config/toml_table.hpp"

namespace upkeep::config {

// Each throws ConfigError with the file, the line and the key that is wrong.

/// `[database]`, its password file included.
void read_database(TomlTable& section, Database& database);

/// Every `[[server]]`; without one the control database is the only server. After `[database]`,
/// which says what a server does not.
void read_servers(TomlTable& root, Config& config);

/// `[patch]` and its roles.
void read_patch(TomlTable& section, Patch& patch);

/// Every `[notify.NAME]`; what they wait for is announced in `config.patch`.
void read_notify(TomlTable& root, Config& config);

/// Every `[executor.NAME]`.
void read_executors(TomlTable& root, Config& config);

}  // namespace upkeep::config
