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

/// Writes the files of these workspaces now, and passes each published record to `take`. Only one
/// process does so at a time (and replaces lost jobs), so that many open pages do not cause many
/// connections.
/// @throws Error(try_later) if too many are waiting
Records publish(const config::Config& config, const std::string& target,
                const std::vector<std::string>& names, const std::function<void(Record)>& take,
                const upgrade::MakeBackend& make_backend);

}  // namespace upkeep::tools
