// SPDX-License-Identifier: MIT
#pragma once

#include "upgrade/model/marker.hpp"

#include <filesystem>
#include <string>

namespace upkeep::upgrade {

/// Reads `[upgrade] marker`. It says nothing where none is configured and where the file does not
/// exist. @throws Error(no_input) when it exists and cannot be read; ConfigError when it is not a
/// regular file
Marker read_marker(const std::filesystem::path& path);

/// Removes the file where it names this very workspace. @returns whether it did. @throws as
/// read_marker() does
bool remove_marker_of(const std::filesystem::path& path, const std::string& workspace);

}  // namespace upkeep::upgrade
