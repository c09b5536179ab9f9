// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.hpp"
#include "setup/metrics/metrics.hpp"

#include <functional>
#include <string>

namespace upkeep::setup {

/// Reads the figures from the database and, for the states of workspaces, from their servers. A
/// half whose tables the account may not read is left out. Changes nothing.
/// @param warn gets why the workspaces could not be listed, if so
/// @throws Error if the control database cannot be read, or the account may read neither half
Metrics read_metrics(const config::Config& config,
                     const std::function<void(const std::string&)>& warn);

}  // namespace upkeep::setup
