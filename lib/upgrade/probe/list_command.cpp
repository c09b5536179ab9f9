// SPDX-License-Identifier: MIT
#include "upgrade/probe/list_command.hpp"

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <chrono>

namespace upkeep::upgrade {

namespace {

constexpr std::chrono::seconds k_limit{60};
constexpr const char* k_advice = "check [workspaces] command";

/// The last line that is not blank.
std::string last_line(const std::string& text) {
  std::string last;
  for (const std::string& line : split(text, '\n')) {
    if (!trim(line).empty()) last = trim(line);
  }
  return printable(ellipsized(last, 200));
}

}  // namespace

std::vector<ListedLine> parse_listed_lines(std::string_view text) {
  std::vector<ListedLine> lines;
  std::size_t number = 0;
  for (const std::string& line : split(std::string(text), '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    const auto columns = split(line, '\t');
    if (columns.size() < 2 || columns.size() > 3 || columns[0].empty() || columns[1].empty()) {
      throw ConfigError(
          fmt::format("the list of workspaces: line {} is '{}', not workspace<TAB>schema[<TAB>"
                      "server]",
                      number, printable(ellipsized(line, 80))),
          k_advice);
    }
    lines.push_back({columns[0], columns[1], columns.size() > 2 ? columns[2] : ""});
  }
  return lines;
}

std::vector<ListedLine> run_list_command(const std::vector<std::string>& command,
                                         const std::filesystem::path& directory) {
  SpawnOptions options;
  options.argv = command;
  options.directory = directory.string();
  Finished finished;
  try {
    finished = run_process(options, "", k_limit);
  } catch (const Error& error) {
    throw ConfigError(fmt::format("the list of workspaces: {}", error.what()), k_advice);
  }
  if (finished.timed_out) {
    throw ConfigError(fmt::format("the list of workspaces: {} did not end within {} s",
                                  command.front(), k_limit.count()),
                      k_advice);
  }
  if (finished.exit_status != 0) {
    const std::string said = last_line(finished.err);
    throw ConfigError(
        fmt::format("the list of workspaces: {} ended with status {}{}", command.front(),
                    finished.exit_status, said.empty() ? "" : ": " + said),
        k_advice);
  }
  return parse_listed_lines(finished.out);
}

}  // namespace upkeep::upgrade
