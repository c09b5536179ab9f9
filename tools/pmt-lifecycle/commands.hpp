// SPDX-License-Identifier: MIT
// The commands of pmt-lifecycle.
#pragma once

#include "patch/lifecycle/service.hpp"
#include "patch_cli/patch_tool.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace upkeep::tools {

using patch_cli::Command;
using patch_cli::Commands;
using patch_cli::NamedFile;
using patch_cli::Session;

Commands definition_commands();  // lint, load, list, export, graph
Commands checklist_commands();   // attach, show, history, tick, untick, vote, unvote
Commands move_commands();        // move, promote, demote, undo, migrate
Commands waiting_commands();     // blockers, overdue
Commands mine_commands();        // mine
Commands log_time_commands();    // log-time, time
Commands time_commands();        // eta, durations
Commands delivery_commands();    // deliver

/// Delivers pending events to their commands; reports failures as warnings.
void deliver_now(Session& session);

/// The lifecycle actions on behalf of the caller.
std::unique_ptr<patch::lifecycle::LifecycleService> service(Session& session);

/// Calls `act` for every named patch and prints what blocks it.
/// @returns 1 if something does, 77 if only roles do, or worse if a patch was not found
ExitStatus for_each_act(Session& session, const std::vector<std::string>& operands,
                        const std::function<std::vector<patch::lifecycle::Blocker>(
                            patch::lifecycle::LifecycleService&, patch::Patch)>& act);

/// Handles one patch of several: an error is reported, and the others are still handled.
/// @returns ok; partial or worse after an error
ExitStatus unless_faulty(Session& session, const std::string& name,
                         const std::function<void()>& work);

/// Calls `take` for every specified patch: by name, by a selector, or all without operands.
ExitStatus for_each_meant(Session& session, const std::vector<std::string>& operands,
                          const std::function<void(patch::Patch)>& take);

/// Whether the operands are terms of a selector rather than names.
bool is_selector(const std::vector<std::string>& operands);

}  // namespace upkeep::tools
