// SPDX-License-Identifier: MIT
// upkeep.toml with what it includes, as one TOML table.
#pragma once

#include "config/config.hpp"

#include <filesystem>
#include <vector>

#include <toml++/toml.h>

namespace upkeep::config {

struct Document {
  toml::table table;  ///< each node knows its own file and line
  std::vector<std::filesystem::path> included;
};

/// Reads `file` and what it includes: the including file's keys win, its arrays of tables come
/// first. Nothing of it is used before all of it may be trusted.
/// @throws ConfigError for a file that is missing, is not a regular file or not TOML, includes
/// itself, or can be written by others
Document read_document(const std::filesystem::path& file, const Surroundings& surroundings);

}  // namespace upkeep::config
