// SPDX-License-Identifier: MIT
#include "setup/file_facts.hpp"

#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>

namespace upkeep::setup {

std::string user_name(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

std::string mode_text(mode_t mode) {
  return fmt::format("{:04o}", mode & 07777U);
}

std::string stranger_who_may_write(const struct stat& info) {
  if ((info.st_mode & S_IWOTH) != 0) return "everybody";
  if (info.st_uid != 0 && info.st_uid != ::geteuid()) {
    return fmt::format("its owner {}", user_name(info.st_uid));
  }
  return {};
}

}  // namespace upkeep::setup
