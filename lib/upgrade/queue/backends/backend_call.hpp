// SPDX-License-Identifier: MIT
// How every backend calls its scheduler's client: without a shell, without the caller's
// environment, and with a time limit.
#pragma once

#include "base/error.hpp"
#include "base/process.hpp"
#include "upgrade/queue/backends/backend.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// @param more added to the setting's environment
/// @param advice if the client is not installed
/// @param within time limit for its answer
/// @throws Error(unavailable) if it is missing, or does not answer
Finished call_scheduler(const BackendSetting& setting, const std::vector<std::string>& argv,
                        const std::string& input, const std::vector<std::string>& more,
                        const std::string& advice,
                        std::chrono::seconds within = std::chrono::seconds(30));

/// The rest of a /bin/sh line, after `exec` or `env`, that processes the queue with empty input and
/// discarded output. Nothing in it comes from the caller.
std::string drain_words(const BackendSetting& setting);

}  // namespace upkeep::upgrade
