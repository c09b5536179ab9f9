// SPDX-License-Identifier: MIT
// Reads the part of a run's log that is shown. Its path comes from the database, and not everyone
// who can write to that may read our files: so only files in the configured directory are logs.
#pragma once

#include "config/config.hpp"

#include <string>

namespace upkeep::upgrade {

/// The end of a log: its last lines, at most 64 KiB (or the end of one longer line).
/// @param path as recorded with the run: below log_dir, without `..` and links, and a regular file
/// @throws Error(no_input) if it is not, or cannot be read
std::string read_log_end(const config::Config& config, const std::string& path);

}  // namespace upkeep::upgrade
