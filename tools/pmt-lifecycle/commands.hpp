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
Commands log_time_commands();    // log-time, time
Commands time_commands();        // eta, durations
Commands delivery_commands();    // deliver

/// Hands what waits to its commands; tells of what failed as warnings.
void deliver_now(Session& session);

/// What acts for the caller.
std::unique_ptr<patch::lifecycle::LifecycleService> service(Session& session);

/// What the history keeps of --comment and --why: either, or both.
std::string history_comment(const Session& session, const std::string& comment);

/// Of the session's clock, since 1970.

/// Does `act` for every named patch and prints what blocks it.
/// @returns 1 where something does, 77 where only roles do, or worse where a patch could not be
/// found
ExitStatus for_each_act(Session& session, const std::vector<std::string>& operands,
                        const std::function<std::vector<patch::lifecycle::Blocker>(
                            patch::lifecycle::LifecycleService&, patch::Patch)>& act);

/// Handles one patch of many. Its error is reported, and the others are still handled.
/// @returns ok; partial or worse where there was one
ExitStatus unless_faulty(Session& session, const std::string& name,
                         const std::function<void()>& work);

/// Calls `take` for every patch that is meant: by name, by a selector, or all without operands.
ExitStatus for_each_meant(Session& session, const std::vector<std::string>& operands,
                          const std::function<void(patch::Patch)>& take);

/// Whether the operands are a selector's terms and no names.
bool is_selector(const std::vector<std::string>& operands);

}  // namespace upkeep::tools
