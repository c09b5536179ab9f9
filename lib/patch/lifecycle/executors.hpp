// SPDX-License-Identifier: MIT
// The commands that a definition runs when a patch moves.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/definition.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// The NAME in [executor.NAME] that a call refers to.
std::string executor_name(const Call& call);

/// The [executor.NAME] that runs a call: by its parameter `name`, or by its class. nullptr: not
/// configured.
const config::Executor* configured_executor(const config::Config& config, const Call& call);

/// Why root refuses to run this command: another account can modify a file in it, and `as_root` is
/// not set. nullopt: it may run, or this process does not run as root.
std::optional<std::string> refused_to_root(const std::vector<std::string>& argv, bool as_root);

/// Runs the command with `json` on its standard input, limited to its time limit.
/// @param as_root whether root may run a command that others can modify
/// @returns its veto (its output, or its status); nullopt if it agrees
std::optional<std::string> run_executor(const config::Executor& executor, const std::string& json,
                                        bool as_root);

/// The environment of our child processes: only a path, and the variables in `extra`.
std::vector<std::string> child_environment(const std::map<std::string, std::string>& extra);

}  // namespace upkeep::patch::lifecycle
