// SPDX-License-Identifier: MIT
// Who may write upkeep.toml: it names commands that run as the caller.
#pragma once

#include <filesystem>
#include <optional>

#include <sys/stat.h>

namespace upkeep::config {

/// Refuses a file that others can write or replace.
/// @param file open for reading, so that the checked file is the one that is read
/// @throws ConfigError advising a suitable `chmod`
void refuse_open_to_others(const std::filesystem::path& path, int file);

/// Refuses a file owned by anyone but root, the caller or the owner of the state directory (the
/// account that runs upgrades). Because the file itself names that directory, its owner is only
/// accepted if root placed the file there, or if it is the default directory.
/// @param caller the effective user
/// @throws ConfigError
void refuse_foreign_owner(const std::filesystem::path& path, uid_t owner, uid_t caller,
                          const std::filesystem::path& state_dir);

/// Whether the group has a member other than `owner`, according to this machine's accounts.
bool group_has_others(gid_t group, uid_t owner);

}  // namespace upkeep::config
