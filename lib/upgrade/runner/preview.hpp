// SPDX-License-Identifier: MIT
// What ws-upgrade does besides upgrading: previews, and a person's word.
#pragma once

#include "config/config.hpp"
#include "upgrade/model/stop_rules.hpp"

#include <string>
#include <vector>

namespace upkeep::upgrade {

/// What upgrading `names` would do now: `skipped` records that say so. Changes nothing.
ExitStatus preview(const config::Config& config, const std::vector<std::string>& names,
                   const std::string& target, bool force, const ReportSink& sink);

/// What --drain would start now, in order. Changes nothing.
ExitStatus preview_queue(const config::Config& config, const ReportSink& sink);

/// Records that a person has repaired workspaces: `succeeded` where every probe holds, else refused
/// (no). A run that waits in the queue is taken back. A marker that still names an accepted
/// workspace is removed. `options` says the target, who accepts and why. @param dry_run changes
/// nothing
ExitStatus accept(const config::Config& config, const std::vector<std::string>& names,
                  const UpgradeOptions& options, bool dry_run, const ReportSink& sink);

}  // namespace upkeep::upgrade
