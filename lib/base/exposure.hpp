// SPDX-License-Identifier: MIT
// Detects files that accounts other than root can change: root must not run them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace upkeep {

/// The first component of the path to a file (a directory, a symbolic link, the file itself) that
/// belongs to, or can be written or replaced by, an account other than root: `/srv/app belongs to
/// web`, `/srv/app/run can be written by the group web`. A sticky directory owned by root does not
/// expose entries owned by root. nullopt if there is none, or the file does not exist.
std::optional<std::string> exposure_of(const std::filesystem::path& path);

/// The same for a program that is started with these words in `directory`. Checks the directory,
/// the files named in the program's `#!` line, and every existing file that is a word or appears
/// with a slash in one (`--key=word`, a shell script). A word with a placeholder (`{workspace}`)
/// stands for its directory.
/// @param program where argv[0] was found; empty: it is looked up like the other words
std::optional<std::string> exposure_of(const std::vector<std::string>& argv,
                                       const std::filesystem::path& program,
                                       const std::filesystem::path& directory);

/// `web`, or the number if the account has no name.
std::string account_name(unsigned uid);

}  // namespace upkeep
