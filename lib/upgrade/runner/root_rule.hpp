// SPDX-License-Identifier: MIT
// Upgrades belong to a separate account, which can write to the application's directory: root must
// not run anything that this account, and thus the web application, can change.
#pragma once

#include "config/config.hpp"

#include <optional>
#include <string>

namespace upkeep::upgrade {

/// The first part of the command or its hooks that an account other than root can change:
/// `[upgrade] directory: /srv/app belongs to web`. nullopt: none.
std::optional<std::string> exposed_upgrade(const config::Config& config);

/// Call before a run starts anything. @throws Error(not_permitted) if this process runs as root,
/// [upgrade] as_root is not set, and exposed_upgrade() finds something
void refuse_exposed_upgrade(const config::Config& config);

/// Call before anything is queued: root's job would be refused later, unnoticed. Also checks
/// [schedule] prefix and command, which run at once. @param via the scheduler that gets the job
/// @throws Error(not_permitted) as above
void refuse_exposed_job(const config::Config& config, config::Via via);

}  // namespace upkeep::upgrade
