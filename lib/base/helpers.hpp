// SPDX-License-Identifier: MIT
// Finds the programs that our tools start themselves.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace upkeep {

/// The directories that may contain helpers of the tools in `binaries`, best first: that directory
/// (a build tree), where this build's options install them, and below the libexec and lib
/// directories of the same prefix. All are relative to `binaries`, so that a prefix may be moved.
std::vector<std::filesystem::path> helper_directories(const std::filesystem::path& binaries);

/// The first of these paths at which the helper exists. @param name may include directories
std::optional<std::filesystem::path> find_helper(const std::filesystem::path& binaries,
                                                 std::string_view name);

}  // namespace upkeep
