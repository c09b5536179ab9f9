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
/// Who, other than root and this user, could change the file or put another in its place: `its
/// owner www-data`, `everybody`. Empty: nobody.
std::string stranger_who_may_write(const struct stat& info);

}  // namespace upkeep::setup
