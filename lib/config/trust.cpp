// SPDX-License-Identifier: MIT
#include "config/trust.hpp"

#include "base/error.hpp"
#include "base/exposure.hpp"
#include "base/text.hpp"
#include "config/config.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <grp.h>
#include <pwd.h>
#include <sys/xattr.h>

namespace upkeep::config {

namespace fs = std::filesystem;

namespace {

std::string account(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry != nullptr ? entry->pw_name : fmt::format("the account {}", user);
}

std::string group_name(gid_t group) {
  const struct group* entry = ::getgrgid(group);
  return entry != nullptr ? entry->gr_name : std::to_string(group);
}

/// With an access list, the mode's group bits are its mask: it may name any account.
bool has_access_list(int file) {
  return ::fgetxattr(file, "system.posix_acl_access", nullptr, 0) > 0;
}

bool has_access_list(const fs::path& path) {
  return ::getxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) > 0;
}

/// Who besides the owner can write to `info`'s file. Empty: no one.
template <typename Place>
std::string who_else_writes(const struct stat& info, const Place& place) {
  if ((info.st_mode & S_IWOTH) != 0) return "everybody";
  if ((info.st_mode & S_IWGRP) == 0) return {};
  if (has_access_list(place)) return "the accounts of its access list";
  if (!group_has_others(info.st_gid, info.st_uid)) return {};
  return "the group " + printable(group_name(info.st_gid));
}

/// Accounts that can rename files in a directory can replace this file with their own; the sticky
/// bit prevents that.
void refuse_open_directories(const fs::path& path) {
  bool innermost = true;
  for (fs::path at = path.parent_path(); !at.empty(); at = at.parent_path()) {
    struct stat info {};
    if (::stat(at.c_str(), &info) == 0 && (info.st_mode & S_ISVTX) == 0) {
      const bool everybody = (info.st_mode & S_IWOTH) != 0;
      const std::string who = everybody ? "everybody" : innermost ? who_else_writes(info, at) : "";
      if (!who.empty()) {
        throw ConfigError(
            fmt::format("{} is refused: {} can write in its directory {}", path.string(), who,
                        at.string()),
            fmt::format("it names commands that run under your account: chmod go-w {}",
                        at.string()));
      }
    }
    innermost = false;
    if (at == at.root_path()) break;
  }
}

/// Whether only root can have placed the file, and its target if it is a symbolic link, there.
bool was_put_by_root(const fs::path& path) {
  constexpr int k_most_links = 40;
  std::error_code error;
  fs::path at = fs::absolute(path, error);
  for (int links = 0; !error && links <= k_most_links; ++links) {
    const fs::path directory = at.parent_path();
    struct stat info {};
    // A sticky directory protects existing files, but others can add files.
    if (::stat(directory.c_str(), &info) != 0 || (info.st_mode & S_ISVTX) != 0) return false;
    if (exposure_of(directory)) return false;
    if (!fs::is_symlink(at, error)) return !error;
    at = directory / fs::read_symlink(at, error);  // an absolute path is kept
  }
  return false;
}

}  // namespace

bool group_has_others(gid_t group, uid_t owner) {
  const passwd* owner_entry = ::getpwuid(owner);
  const std::string owner_name = owner_entry != nullptr ? owner_entry->pw_name : "";
  if (const struct group* entry = ::getgrgid(group)) {
    for (char** member = entry->gr_mem; *member != nullptr; ++member) {  // NOLINT: C array
      if (*member != owner_name) return true;
    }
  }
  bool others = false;
  ::setpwent();
  while (const passwd* entry = ::getpwent()) {
    others = others || (entry->pw_gid == group && entry->pw_uid != owner);
  }
  ::endpwent();
  return others;
}

void refuse_open_to_others(const fs::path& path, int file) {
  struct stat info {};
  if (::fstat(file, &info) != 0) {
    throw ConfigError(fmt::format("cannot access {}: {}", path.string(), std::strerror(errno)));
  }
  if (const std::string who = who_else_writes(info, file); !who.empty()) {
    throw ConfigError(
        fmt::format("{} is refused: {} can write to it (mode {:04o})", path.string(), who,
                    info.st_mode & 07777U),
        fmt::format(
            "it names commands that run under your account: check its contents, then chmod go-w {}",
            path.string()));
  }
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error).lexically_normal();
  refuse_open_directories(error ? path : absolute);
  const fs::path real = fs::canonical(path, error);  // symbolic links resolved
  if (!error && real != absolute) refuse_open_directories(real);
}

void refuse_foreign_owner(const fs::path& path, uid_t owner, uid_t caller,
                          const fs::path& state_dir) {
  if (owner == 0 || owner == caller) return;
  // The file itself names the state directory: owning that directory proves nothing unless root
  // placed the file there.
  struct stat info {};
  const bool runs_upgrades = ::stat(state_dir.c_str(), &info) == 0 && info.st_uid == owner;
  if (runs_upgrades && (state_dir == Upgrade{}.state_dir || was_put_by_root(path))) return;
  throw ConfigError(
      fmt::format("{} is refused: it belongs to {}", path.string(), account(owner)),
      fmt::format(
          "it names commands that run under your account: check its contents, then chown {} {}",
          caller == 0 ? "root" : account(caller) + " (or root)", path.string()));
}

}  // namespace upkeep::config
