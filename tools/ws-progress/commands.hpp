// SPDX-License-Identifier: MIT
// The commands of ws-progress: showing workspaces, its main job, and its modes.
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

/// Advice if no workspace is named.
inline constexpr const char* k_name_some = "name at least one, or use --all or --active";

/// @throws UsageError if --format html is given to a command that has no page
void refuse_html(const cli::CommonOptions& common);

}  // namespace upkeep::tools
