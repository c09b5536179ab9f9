// SPDX-License-Identifier: MIT
// `ws-progress --publish`: what visitors may see, as files for the web server.
#pragma once

#include "config/config.hpp"
#include "upgrade/queue/backends/backend.hpp"
#include "ws-progress/records.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::tools {

/// Writes the files of these workspaces now, and gives each published record to `take`. One process
/// at a time does so (and replaces a job that came to nothing), so that no crowd of pages becomes
/// one of connections.
/// @throws Error(try_later) where too many wait for that
Records publish(const config::Config& config, const std::string& target,
                const std::vector<std::string>& names, const std::function<void(Record)>& take,
                const upgrade::MakeBackend& make_backend);

}  // namespace upkeep::tools
