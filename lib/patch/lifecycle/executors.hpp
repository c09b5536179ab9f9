// SPDX-License-Identifier: MIT
// What a definition wants to be run when a patch moves.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/definition.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// NAME of the [executor.NAME] that a call is for.
std::string executor_name(const Call& call);

/// The [executor.NAME] that runs a call: that of its parameter `name`, or of its class. nullptr:
/// none is configured.
const config::Executor* configured_executor(const config::Config& config, const Call& call);

/// Why root does not run these words: another account can change what they name, and `as_root` is
/// not set. nullopt: it does, or this process is not root's.
std::optional<std::string> refused_to_root(const std::vector<std::string>& argv, bool as_root);

/// Runs the command with `json` on its standard input, for its time limit at most.
/// @param as_root whether root may run what another account can change
/// @returns its veto (what it said, or its status); nullopt where it agrees
std::optional<std::string> run_executor(const config::Executor& executor, const std::string& json,
                                        bool as_root);

/// What children of ours get as environment: nothing of ours but a path, and what `extra` says.
std::vector<std::string> child_environment(const std::map<std::string, std::string>& extra);

}  // namespace upkeep::patch::lifecycle
