// SPDX-License-Identifier: MIT
// Parts of upkeep.toml that have a file of their own; config.cpp reads the others and says in which
// order.
#pragma once

#include "config/section.hpp"

namespace upkeep::config {

// Each throws ConfigError with the file, the line and the key that is wrong.

/// `[database]`, its password file included.
void read_database(Section& section, Database& database);

/// Every `[[server]]`; without one the control database is the only server. After `[database]`,
/// which says what a server does not.
void read_servers(Section& root, Config& config);

/// `[patch]` and its roles.
void read_patch(Section& section, Patch& patch);

/// Every `[notify.NAME]`; what they wait for is announced in `config.patch`.
void read_notify(Section& root, Config& config);

/// Every `[executor.NAME]`.
void read_executors(Section& root, Config& config);

}  // namespace upkeep::config
