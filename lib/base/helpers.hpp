// SPDX-License-Identifier: MIT
// Where the programs that our tools start by themselves are installed.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace upkeep {

/// The directories in which helpers of the tools in `binaries` may lie, best first: beside them (a
/// build), where this build's own options install them, and below the libexec and lib directories
/// of the same prefix. All relative to `binaries`, so that a prefix may be moved.
std::vector<std::filesystem::path> helper_directories(const std::filesystem::path& binaries);

/// The first of these places that has the helper. @param name may have directories in front
std::optional<std::filesystem::path> find_helper(const std::filesystem::path& binaries,
                                                 std::string_view name);

}  // namespace upkeep
