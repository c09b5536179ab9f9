// SPDX-License-Identifier: MIT
// How every backend calls its scheduler's client: no shell, nothing of the caller's environment,
// and a limit.
#pragma once

#include "base/error.hpp"
#include "base/process.hpp"
#include "upgrade/queue/backends/backend.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// @param more added to the setting's environment
/// @param advice where the client is not installed
/// @param within how long its answer may take
/// @throws Error(unavailable) where it is not there, or does not answer
Finished call_scheduler(const BackendSetting& setting, const std::vector<std::string>& argv,
                        const std::string& input, const std::vector<std::string>& more,
                        const std::string& advice,
                        std::chrono::seconds within = std::chrono::seconds(30));

/// The rest of a line of /bin/sh, behind `exec` or `env`, that works the queue off, its input empty
/// and its output nowhere. Not one word of it comes from a caller.
std::string drain_words(const BackendSetting& setting);

}  // namespace upkeep::upgrade
