// SPDX-License-Identifier: MIT
#pragma once

#include "upgrade/model/marker.hpp"

#include <filesystem>
#include <string>

namespace upkeep::upgrade {

/// Reads `[upgrade] marker`. The marker is empty if none is configured or the file does not exist.
/// @throws Error(no_input) if it exists and cannot be read; ConfigError if it is not a regular file
Marker read_marker(const std::filesystem::path& path);

/// Removes the file if it names exactly this workspace. @returns whether it did. @throws as
/// read_marker()
bool remove_marker_of(const std::filesystem::path& path, const std::string& workspace);

}  // namespace upkeep::upgrade
