// SPDX-License-Identifier: MIT
// ws-upgrade --dry-run and --accept.
#pragma once

#include "config/config.hpp"
#include "upgrade/model/stop_rules.hpp"

#include <string>
#include <vector>

namespace upkeep::upgrade {

/// Reports what upgrading `names` would do now, as `skipped` records. Changes nothing.
ExitStatus preview(const config::Config& config, const std::vector<std::string>& names,
                   const std::string& target, bool force, const ReportSink& sink);

/// Reports what --drain would start now, in order. Changes nothing.
ExitStatus preview_queue(const config::Config& config, const ReportSink& sink);

/// Records that a person has repaired workspaces: `succeeded` if every probe holds, otherwise
/// refused (no). A run that waits in the queue is cancelled. A marker that still names an accepted
/// workspace is removed. @param options the target, who accepts and why. @param dry_run only report
/// what would be done
ExitStatus accept(const config::Config& config, const std::vector<std::string>& names,
                  const UpgradeOptions& options, bool dry_run, const ReportSink& sink);

}  // namespace upkeep::upgrade
