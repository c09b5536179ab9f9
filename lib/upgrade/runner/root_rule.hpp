// SPDX-License-Identifier: MIT
// Upgrades belong to an account of their own, which may write the application's directory: root
// must not run what that account, and with it the web application, can change.
#pragma once

#include "config/config.hpp"

#include <optional>
#include <string>

namespace upkeep::upgrade {

/// What of the command and its hooks an account other than root can change: `[upgrade] directory:
/// /srv/app belongs to web`. nullopt: nothing.
std::optional<std::string> exposed_upgrade(const config::Config& config);

/// Before anything of a run is started. @throws Error(not_permitted) where this process is root's,
/// [upgrade] as_root is not set, and exposed_upgrade() has found something
void refuse_exposed_upgrade(const config::Config& config);

/// Before anything is queued: root's job would be refused later, when nobody looks. Of [schedule]
/// prefix and command, too, which run at once. @param via the scheduler that gets the job
/// @throws Error(not_permitted) likewise
void refuse_exposed_job(const config::Config& config, config::Via via);

}  // namespace upkeep::upgrade
