// SPDX-License-Identifier: MIT
#include "setup/doctor/file_facts.hpp"

#include "base/process.hpp"
#include "base/regex.hpp"

#include <fmt/format.h>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

/// Whether the owner is the only member of the group, as in the private groups of Debian users.
bool is_private(gid_t number, uid_t owner) {
  const passwd* user = ::getpwuid(owner);
  if (user == nullptr || user->pw_gid != number) return false;
  const std::string name = user->pw_name;
  const group* found = ::getgrgid(number);
  if (found == nullptr) return false;
  for (char* const* member = found->gr_mem; *member != nullptr; ++member) {
    if (name != *member) return false;
  }
  // Others may have it as their primary group without being listed as members.
  bool alone = true;
  ::setpwent();
  while (const passwd* other = ::getpwent()) {
    if (other->pw_gid == number && other->pw_uid != owner) alone = false;
  }
  ::endpwent();
  return alone;
}

}  // namespace

std::string user_name(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

std::string mode_text(mode_t mode) {
  return fmt::format("{:04o}", mode & 07777U);
}

std::string shown(const std::filesystem::path& path, const struct stat& info) {
  return fmt::format("{} ({}, {})", path.string(), user_name(info.st_uid), mode_text(info.st_mode));
}

std::string stranger_who_may_write(const struct stat& info, uid_t runner) {
  if ((info.st_mode & S_IWOTH) != 0) return "everybody";
  if (info.st_uid != 0 && info.st_uid != ::geteuid() && info.st_uid != runner) {
    return fmt::format("its owner {}", user_name(info.st_uid));
  }
  if ((info.st_mode & S_IWGRP) != 0 && !is_private(info.st_gid, info.st_uid)) {
    const group* found = ::getgrgid(info.st_gid);
    return fmt::format("the group {}",
                       found != nullptr ? found->gr_name : std::to_string(info.st_gid));
  }
  return {};
}

std::string typed(const std::filesystem::path& path) {
  static const Regex k_plain("[A-Za-z0-9_./+,:@%=-]+");
  return k_plain.matches(path.string()) ? path.string() : shell_quoted(path.string());
}

std::string as_root(const std::string& command) {
  return ::geteuid() == 0 ? command : "sudo " + command;
}

}  // namespace upkeep::setup
