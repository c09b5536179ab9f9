// SPDX-License-Identifier: MIT
#pragma once

#include "base/time.hpp"
#include "upgrade/probe/workspace.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>

namespace upkeep::setup {

struct PrunedFiles {
  std::int64_t count = 0, bytes = 0;
  std::optional<WallTime> oldest;  ///< the last change of the oldest one; nullopt: there was none
};

/// The run that a file in a workspace's log directory belongs to (`12.log`, `12.2.log`,
/// `12.hooks.log`); nullopt if it is not the log of a run.
std::optional<std::int64_t> run_of_log(std::string_view file_name);

/// Deletes the logs of runs, and of their hooks, that were last changed before `limit`: regular
/// files in the directories of workspaces. No symbolic link is followed or deleted.
/// @param in_use runs whose logs are kept. @param dry_run only counts the files
/// @throws Error(no_input) if the directory cannot be read, Error(not_permitted) if a file cannot
/// be deleted
PrunedFiles prune_logs(const std::filesystem::path& log_dir, const upgrade::WorkspaceMap& names,
                       const std::set<std::int64_t>& in_use, WallTime limit, bool dry_run);

}  // namespace upkeep::setup
