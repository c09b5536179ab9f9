// SPDX-License-Identifier: MIT
// Which queued runs a drain may take under its configuration.
#pragma once

#include "config/config.hpp"
#include "upgrade/model/stop_rules.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/run_store.hpp"

#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The filter for a drain that starts now. @throws db::Error
DueFilter due_filter(const config::Config& config, RunStore& runs);

/// Moves queued runs that were not pinned by --target to the configured target, unless another host
/// was configured for their target later than this host for its own. @returns what to report to the
/// user; empty if no run had another target. @throws db::Error
std::string follow_configured_target(const config::Config& config, db::Connection& control,
                                     RunStore& runs, const EventLog& events);
/// The targets whose queued runs are left to hosts with a newer configuration; never the target of
/// this host. @throws db::Error
std::set<std::string> targets_of_other_hosts(const config::Config& config, db::Connection& control);
/// Records the servers of queued runs of which none, or one that is not configured here, is
/// recorded: an earlier release has queued them, or the server has another address now. Does
/// nothing if no server is bounded. Runs whose workspaces cannot be examined are left as they are.
/// @throws db::Error
void note_servers(const config::Config& config, RunStore& runs, Inspector& inspector);
/// Why a run queued for a version other than the configured one is not started here.
std::string for_other_hosts(const config::Config& config, const Run& run);

/// Why a run pinned to a version without probes is not started.
std::string no_probes(const Run& run);
/// One report for each due run that stays queued for that reason. @throws db::Error
std::vector<RunReport> due_without_probes(const config::Config& config, RunStore& runs);

}  // namespace upkeep::upgrade
