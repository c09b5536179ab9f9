// SPDX-License-Identifier: MIT
// Helpers for files and directories, shared by several checks.
#pragma once

#include <filesystem>
#include <string>

#include <sys/stat.h>

namespace upkeep::setup {

/// `root`, or the number if the account has no name.
std::string user_name(uid_t user);
/// `0750`
std::string mode_text(mode_t mode);
/// `/var/log/upkeep (upkeep, 0750)`
std::string shown(const std::filesystem::path& path, const struct stat& info);
/// Who, other than root, this user and the account that runs upgrades, can change or replace the
/// file: `its owner www-data`, `the group adm`, `everybody`. A group with no member but the owner
/// does not count. Empty: no one.
std::string stranger_who_may_write(const struct stat& info, uid_t runner);

/// A path as typed in a shell, quoted if necessary.
std::string typed(const std::filesystem::path& path);
/// A command for root, with sudo unless this user is root.
std::string as_root(const std::string& command);

}  // namespace upkeep::setup
