// SPDX-License-Identifier: MIT
// What is shown of a run's log. Its path comes from the database, which more people write than may
// read our files: only what lies in the configured directory is a log.
#pragma once

#include "config/config.hpp"

#include <string>

namespace upkeep::upgrade {

/// The end of a log: its last lines, 64 KiB at most (of one longer line, its end).
/// @param path as the run names it: below log_dir, without `..`, links and what is no plain file
/// @throws Error(no_input) where it is not, or cannot be read
std::string read_log_end(const config::Config& config, const std::string& path);

}  // namespace upkeep::upgrade
