// SPDX-License-Identifier: MIT
// The administrators' pages: an overview of all workspaces, and the end of a log.
#pragma once

#include "upgrade/view/progress_view.hpp"

#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The state of all workspaces. @param down the servers that do not answer
std::string fleet_page(const std::vector<ProgressRecord>& records, const Forecast& forecast,
                       const std::vector<std::string>& down);

/// The end of the log of a workspace's newest run.
std::string log_page(const std::string& workspace, const std::string& log);

}  // namespace upkeep::upgrade
