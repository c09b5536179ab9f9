// SPDX-License-Identifier: MIT
// What other accounts than root can change: root must not run it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace upkeep {

/// The first thing on the way to a file (a directory, a symbolic link, the file itself) that
/// belongs to, or can be written or replaced by, an account other than root: `/srv/app belongs to
/// web`, `/srv/app/run can be written by the group web`. A sticky directory of root's exposes no
/// entry of root's. nullopt: there is none, or the file does not exist.
std::optional<std::string> exposure_of(const std::filesystem::path& path);

/// The same of a program that is started with these words in `directory`: of the directory, of
/// what its `#!` line names, and of every existing file that is a word, or is named with a slash in
/// one (`--key=word`, text for a shell).
/// A word with a placeholder (`{workspace}`) stands for its directory.
/// @param program where argv[0] was found; empty: it is looked for like the other words
std::optional<std::string> exposure_of(const std::vector<std::string>& argv,
                                       const std::filesystem::path& program,
                                       const std::filesystem::path& directory);

/// `web`, or the number where the account has no name.
std::string account_name(unsigned uid);

}  // namespace upkeep
