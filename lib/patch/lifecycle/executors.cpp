// SPDX-License-Identifier: MIT
#include "patch/lifecycle/executors.hpp"

#include "base/error.hpp"
#include "base/exposure.hpp"
#include "base/process.hpp"
#include "base/program_search.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace upkeep::patch::lifecycle {

namespace {

std::string first_line(const std::string& text) {
  for (const std::string& line : split(text, '\n')) {
    constexpr std::size_t k_longest = 300;
    if (const auto plain = trim(line); !plain.empty())
      return ellipsized(printable(plain), k_longest);
  }
  return {};
}

}  // namespace

std::string executor_name(const Call& call) {
  std::string name = call.parameter("name");
  if (call.short_class() != "CommandExecutor" || name.empty()) name = call.short_class();
  return name;
}

const config::Executor* configured_executor(const config::Config& config, const Call& call) {
  const auto found = config.executors.find(executor_name(call));
  return found == config.executors.end() ? nullptr : &found->second;
}

std::vector<std::string> child_environment(const std::map<std::string, std::string>& extra) {
  std::vector<std::string> environment{"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                                       "LANG=C.UTF-8"};
  for (const auto& [name, value] : extra) environment.push_back(fmt::format("{}={}", name, value));
  return environment;
}

std::optional<std::string> refused_to_root(const std::vector<std::string>& argv, bool as_root) {
  if (::geteuid() != 0 || as_root) return std::nullopt;
  const auto found = exposure_of(argv, program_to_start(argv[0], "/"), "/");
  if (!found) return std::nullopt;
  return fmt::format(
      "root does not run a command that another account can modify: {}; make it owned and writable "
      "by root only, run "
      "this as another account, or set [upgrade] as_root = true",
      *found);
}

std::optional<std::string> run_executor(const config::Executor& executor, const std::string& json,
                                        bool as_root) {
  if (const auto refused = refused_to_root(executor.command, as_root)) {
    return fmt::format("{}: {}", executor.command.front(), *refused);
  }
  SpawnOptions options;
  options.argv = executor.command;
  options.environment = child_environment(executor.env);
  options.new_session = true;
  const std::string program = executor.command.front();
  try {
    const Finished end = run_process(options, json, executor.timeout);
    if (end.timed_out) {
      return fmt::format("{}: terminated after its time limit of {} s", program,
                         executor.timeout.count());
    }
    if (end.exit_status == 0) return std::nullopt;
    std::string said = first_line(end.err);
    if (said.empty()) said = first_line(end.out);
    return fmt::format("{}: {}", program,
                       said.empty() ? fmt::format("status {}", end.exit_status) : said);
  } catch (const Error& error) {
    return fmt::format("{}: {}", program, error.what());
  }
}

}  // namespace upkeep::patch::lifecycle
