// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"
#include "config/config.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace upkeep::upgrade {

/// The name of a new run's log: `<log_dir>/<workspace>/<run>.log`. Run numbers repeat after the
/// control database has been restored: if that log or its hooks' log exists, `<run>.2.log`, and so
/// on.
std::filesystem::path new_run_log_path(const config::Config& config, const std::string& workspace,
                                       std::int64_t run);

/// The log of the hooks that belongs to a run's log: `<run>.hooks.log`, `<run>.2.hooks.log`.
std::filesystem::path hooks_log_path(std::filesystem::path log);

/// The files a run writes to.
struct RunLogs {
  Fd log, hooks;  ///< hooks: invalid if no hook is configured
};

/// Creates the workspace's directory (0750) and the run's files (0640: owner and group only).
/// Existing files are not written to, and links are not followed.
/// @param log from new_run_log_path()
/// @throws Error(cannot_create), with the path
RunLogs create_run_logs(const config::Config& config, const std::filesystem::path& log);

}  // namespace upkeep::upgrade
