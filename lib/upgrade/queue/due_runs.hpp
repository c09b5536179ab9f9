// SPDX-License-Identifier: MIT
// What a drain may take of the queue under its configuration.
#pragma once

#include "config/config.hpp"
#include "upgrade/model/stop_rules.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/run_store.hpp"

#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// For a drain that begins now. @throws db::Error
DueFilter due_filter(const config::Config& config, RunStore& runs);

/// Queued runs that no --target pins mean the configured target: they follow it, unless another
/// host was configured for theirs later than this one for its own. @returns what to report to a
/// person; empty where none was to another one. @throws db::Error
std::string follow_configured_target(const config::Config& config, db::Connection& control,
                                     RunStore& runs, const EventLog& events);
/// The targets whose queued runs are left to hosts with a newer configuration: not what this host
/// itself is configured for by now. @throws db::Error
std::set<std::string> targets_of_other_hosts(const config::Config& config, db::Connection& control);
/// Why a run that is queued for another version than the configured one is not started here.
std::string for_other_hosts(const config::Config& config, const Run& run);

/// Why a run that is pinned to a version without probes is not started.
std::string no_probes(const Run& run);
/// The due runs that stay queued for that reason, a report each. @throws db::Error
std::vector<RunReport> due_without_probes(const config::Config& config, RunStore& runs);

}  // namespace upkeep::upgrade
