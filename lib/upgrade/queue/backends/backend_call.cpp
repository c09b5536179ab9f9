// SPDX-License-Identifier: MIT
#include "upgrade/queue/backends/backend_call.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

Finished call_scheduler(const BackendSetting& setting, const std::vector<std::string>& argv,
                        const std::string& input, const std::vector<std::string>& more,
                        const std::string& advice, std::chrono::seconds within) {
  SpawnOptions options;
  options.argv = setting.prefix;
  options.argv.insert(options.argv.end(), argv.begin(), argv.end());
  options.environment = setting.environment;
  options.environment.insert(options.environment.end(), more.begin(), more.end());
  options.directory = "/";
  try {
    Finished finished = run_process(options, input, within);
    if (finished.timed_out) {
      throw Error(ExitStatus::unavailable,
                  fmt::format("{} did not answer within {} s", argv[0], within.count()));
    }
    return finished;
  } catch (const Error& error) {
    if (error.status() != ExitStatus::no_input) throw;
    throw Error(ExitStatus::unavailable, error.what(), advice);
  }
}

std::string drain_words(const BackendSetting& setting) {
  std::string line;
  for (const std::string& word : setting.drain) line += " " + shell_quoted(word);
  return line + " </dev/null >/dev/null 2>&1\n";
}

}  // namespace upkeep::upgrade
