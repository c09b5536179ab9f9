// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"
#include "config/config.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace upkeep::ws {

/// `<log_dir>/<workspace>/<run>.log`
std::filesystem::path run_log_path(const config::Config& config, const std::string& workspace,
                                   std::int64_t run);

/// The files a run writes to.
struct RunLogs {
  Fd log, hooks;  ///< hooks: none where no hook is configured
};

/// Makes the workspace's directory (0750) and the run's new files (0640: owner and group alone).
/// @throws Error(cannot_create), with the path
RunLogs create_run_logs(const config::Config& config, const std::string& workspace,
                        std::int64_t run);

}  // namespace upkeep::ws
