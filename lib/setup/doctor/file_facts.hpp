// SPDX-License-Identifier: MIT
// Small questions about files and directories, for several checks.
#pragma once

#include <filesystem>
#include <string>

#include <sys/stat.h>

namespace upkeep::setup {

/// `root`, or the number where the account has no name.
std::string user_name(uid_t user);
/// `0750`
std::string mode_text(mode_t mode);
/// `/var/log/upkeep (upkeep, 0750)`
std::string shown(const std::filesystem::path& path, const struct stat& info);
/// Who, other than root, this user and the account that runs upgrades, could change the file or put
/// another in its place: `its owner www-data`, `the group adm`, `everybody`. A group whose only
/// member is the owner is nobody else. Empty: nobody.
std::string stranger_who_may_write(const struct stat& info, uid_t runner);

/// A path as it is typed: quoted where the shell would read it otherwise.
std::string typed(const std::filesystem::path& path);
/// A command for root, as this user types it.
std::string as_root(const std::string& command);

}  // namespace upkeep::setup
