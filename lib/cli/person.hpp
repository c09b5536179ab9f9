// SPDX-License-Identifier: MIT
// Who typed a command, for the record.
#pragma once

#include <optional>
#include <string>

namespace upkeep::cli {

/// What is known of a process and of who started it.
struct Invocation {
  std::string user;                        ///< of this process
  unsigned uid = 0;                        ///< effective, of this process
  std::optional<unsigned> service_uid{};   ///< the owner of state_dir, or of the password
                                           ///< file where that is missing; nullopt: neither
  std::optional<std::string> sudo_user{};  ///< $SUDO_USER
};

/// The person behind sudo where this process runs as root or as the service account, into which
/// sudo leads; else the process's user: anybody can set a variable. A SUDO_USER that is no account
/// name is ignored.
std::string invoking_person(const Invocation& invocation);

}  // namespace upkeep::cli
