// SPDX-License-Identifier: MIT
// Who may decide what upkeep.toml says: it names the commands that are run as the caller.
#pragma once

#include <filesystem>
#include <optional>

#include <sys/stat.h>

namespace upkeep::config {

/// A file that others can write, or that lies where others can put another in its place.
/// @param file open for reading, so that the checked file is the one read
/// @throws ConfigError with the `chmod` that helps
void refuse_open_to_others(const std::filesystem::path& path, int file);

/// A file of an account that has no say: neither root nor the caller nor the owner of the state
/// directory (the account that runs upgrades). Since that directory is what the file itself says,
/// its owner counts only where root has put the file there, or where it is the default one.
/// @param caller the effective user
/// @throws ConfigError
void refuse_foreign_owner(const std::filesystem::path& path, uid_t owner, uid_t caller,
                          const std::filesystem::path& state_dir);

/// Whether the group, as the accounts of this machine have it, holds anybody beside `owner`.
bool group_has_others(gid_t group, uid_t owner);

}  // namespace upkeep::config
