// SPDX-License-Identifier: MIT
// Workspaces that a command of the site lists: `discover = "command"`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::upgrade {

struct ListedLine {
  std::string workspace, schema;
  std::string server;  ///< the name of a `[[server]]`, or a host that it has; empty: not said
};

/// The output of such a command: lines `workspace<TAB>schema[<TAB>server]`. Blank lines are
/// skipped.
/// @throws ConfigError that names the first line of another form
std::vector<ListedLine> parse_listed_lines(std::string_view text);

/// Runs it, for at most a minute.
/// @throws ConfigError if it cannot be run, fails or prints something else
std::vector<ListedLine> run_list_command(const std::vector<std::string>& command,
                                         const std::filesystem::path& directory);

}  // namespace upkeep::upgrade
