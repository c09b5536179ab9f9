// SPDX-License-Identifier: MIT
// Identifies the user who typed a command, for the record.
#pragma once

#include <optional>
#include <string>

namespace upkeep::cli {

/// What is known about a process and the user who started it.
struct Invocation {
  std::string user;                        ///< of this process
  unsigned uid = 0;                        ///< effective, of this process
  std::optional<unsigned> service_uid{};   ///< the owner of state_dir, or else of the
                                           ///< password file; nullopt: neither exists
  std::optional<std::string> sudo_user{};  ///< $SUDO_USER
};

/// The user behind sudo if this process runs as root or as the service account, which sudo switches
/// to; else the process's user, because anyone can set a variable. A SUDO_USER that is not an
/// account name is ignored.
std::string invoking_person(const Invocation& invocation);

}  // namespace upkeep::cli
