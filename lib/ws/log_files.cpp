// SPDX-License-Identifier: MIT
#include "ws/log_files.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

namespace upkeep::ws {

std::filesystem::path run_log_path(const config::Config& config, const std::string& workspace,
                                   std::int64_t run) {
  return config.upgrade.log_dir / workspace / fmt::format("{}.log", run);
}

RunLogs create_run_logs(const config::Config& config, const std::string& workspace,
                        std::int64_t run) {
  const auto log = run_log_path(config, workspace, run);
  const auto directory = log.parent_path();
  make_directory(config.upgrade.log_dir, 0750);
  make_directory(directory, 0750);
  struct stat info {};
  if (::lstat(directory.c_str(), &info) == 0 && S_ISLNK(info.st_mode)) {
    throw Error(ExitStatus::cannot_create, fmt::format("{} is a symbolic link", directory.string()),
                "it is never followed: remove it");
  }
  RunLogs logs;
  logs.log = create_new_file(log, 0640);
  if (!config.upgrade.before.empty() || !config.upgrade.after.empty()) {
    logs.hooks = create_new_file(directory / fmt::format("{}.hooks.log", run), 0640);
  }
  return logs;
}

}  // namespace upkeep::ws
