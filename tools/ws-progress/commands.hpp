// SPDX-License-Identifier: MIT
// What ws-progress does: show workspaces, which is its main job, and modes.
#pragma once

#include "upgrade_cli/session.hpp"
#include "ws-progress/records.hpp"

#include <string>
#include <vector>

namespace upkeep::tools {

using upgrade_cli::Command;
using upgrade_cli::Commands;
using upgrade_cli::Session;

/// The operands and options that the main job shares with modes.
struct SharedOptions {
  std::vector<std::string> operands;
  std::string target;
  void declare(CLI::App& app);
};

/// The main job.
Commands show_command(SharedOptions& shared);
/// --forecast, --report
Commands fleet_modes(SharedOptions& shared);
/// --publish, --log, --page
Commands page_modes(SharedOptions& shared);

/// What to do where no workspace is named.
inline constexpr const char* k_name_some = "name at least one, or use --all or --active";

/// @throws UsageError where --format html is asked of what has no page. @param which has one
void refuse_html(const cli::CommonOptions& common);

}  // namespace upkeep::tools
