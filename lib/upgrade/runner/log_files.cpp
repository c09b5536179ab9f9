// SPDX-License-Identifier: MIT
#include "upgrade/runner/log_files.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

namespace upkeep::upgrade {

namespace {

/// Whether the path exists, even as a dangling symbolic link.
bool is_taken(const std::filesystem::path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

}  // namespace

std::filesystem::path new_run_log_path(const config::Config& config, const std::string& workspace,
                                       std::int64_t run) {
  const auto directory = config.upgrade.log_dir / workspace;
  auto log = directory / fmt::format("{}.log", run);
  for (int number = 2; is_taken(log) || is_taken(hooks_log_path(log)); ++number) {
    log = directory / fmt::format("{}.{}.log", run, number);
  }
  return log;
}

std::filesystem::path hooks_log_path(std::filesystem::path log) {
  return log.replace_extension(".hooks.log");
}

RunLogs create_run_logs(const config::Config& config, const std::filesystem::path& log) {
  const auto directory = log.parent_path();
  make_directory(config.upgrade.log_dir, 0750);
  make_directory(directory, 0750);
  struct stat info {};
  if (::lstat(directory.c_str(), &info) == 0 && S_ISLNK(info.st_mode)) {
    throw Error(ExitStatus::cannot_create, fmt::format("{} is a symbolic link", directory.string()),
                "symbolic links are not followed; remove it");
  }
  RunLogs logs;
  logs.log = create_new_file(log, 0640);
  if (!config.upgrade.before.empty() || !config.upgrade.after.empty()) {
    logs.hooks = create_new_file(hooks_log_path(log), 0640);
  }
  return logs;
}

}  // namespace upkeep::upgrade
