// SPDX-License-Identifier: MIT
// Sections of upkeep.toml that are read by separate files; config.cpp reads the others and
// determines the order.
#pragma once

#include "config/gate.hpp"
#include "config/toml_table.hpp"

namespace upkeep::config {

// Each throws ConfigError naming the file, the line and the invalid key.

/// `[database]`, including its password file.
void read_database(TomlTable& section, Database& database);

/// Every `[[server]]`; if there is none, the control database is the only server. Must follow
/// `[database]`, which provides the defaults.
void read_servers(TomlTable& root, Config& config);

/// Every `[profile.NAME]`.
void read_profiles(TomlTable& root, Config& config);

/// `[patch]` and its roles.
void read_patch(TomlTable& section, Patch& patch);

/// `[profile.NAME.gate]`.
void read_gate(TomlTable& section, Gate& gate);

/// `[web.patches]`.
void read_web_patches(TomlTable& section, WebPatches& web);

/// Every `[notify.NAME]`; the actions they subscribe to are added to `config.patch.announced`.
void read_notify(TomlTable& root, Config& config);

/// Every `[executor.NAME]`.
void read_executors(TomlTable& root, Config& config);

}  // namespace upkeep::config
