// SPDX-License-Identifier: MIT
#pragma once

#include "upgrade/model/marker.hpp"

#include <filesystem>

namespace upkeep::upgrade {

/// Reads `[upgrade] marker`. It says nothing where none is configured and where the file does not
/// exist. @throws Error(no_input) when it exists and cannot be read; ConfigError when it is not a
/// regular file
Marker read_marker(const std::filesystem::path& path);

}  // namespace upkeep::upgrade
