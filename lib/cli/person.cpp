// SPDX-License-Identifier: MIT
#include "cli/person.hpp"

#include "base/regex.hpp"

namespace upkeep::cli {

std::string invoking_person(const Invocation& invocation) {
  static const Regex k_account("[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}");
  const bool behind_sudo = invocation.uid == 0 || invocation.uid == invocation.service_uid;
  if (behind_sudo && invocation.sudo_user && k_account.matches(*invocation.sudo_user)) {
    return *invocation.sudo_user;
  }
  return invocation.user;
}

}  // namespace upkeep::cli
