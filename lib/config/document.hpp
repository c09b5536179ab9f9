// SPDX-License-Identifier: MIT
// upkeep.toml, the files that it includes, and the shipped profiles that it names, merged into one
// TOML table.
#pragma once

#include "config/config.hpp"

#include <filesystem>
#include <vector>

#include <toml++/toml.h>

namespace upkeep::config {

struct Document {
  toml::table table;                            ///< each node knows its own file and line
  std::vector<std::filesystem::path> included;  ///< and the files of shipped profiles
};

/// Reads `file` and what it includes: the including file's keys take precedence, and its arrays of
/// tables come first. The profiles that it names are completed from those in the share directory
/// (only by their `[profile.NAME]`; a key that is given overrides the shipped one). Nothing is used
/// until every file has been found trustworthy.
/// @throws ConfigError for a file that is missing, not a regular file, not TOML, includes itself,
/// or is writable by others
Document read_document(const std::filesystem::path& file, const Surroundings& surroundings);

}  // namespace upkeep::config
