// SPDX-License-Identifier: MIT
// Doctor: the directories, and this machine's clock.
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "setup/checks.hpp"
#include "setup/file_facts.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

namespace fs = std::filesystem;

/// A directory of ours that is not there yet: fine where it can be made.
Finding missing(const Examination& examination, const fs::path& path, int error) {
  const std::string detail = fmt::format("{}: {}", path.string(), std::strerror(error));
  fs::path above = path.parent_path();
  while (error == ENOENT && above.has_relative_path() && !fs::exists(above)) {
    above = above.parent_path();
  }
  if (error == ENOENT && ::access(above.c_str(), W_OK | X_OK) == 0) {
    return warning(detail, "upkeep init");
  }
  return examination.problem(detail, fmt::format("as root: install -d -m 0750 -o {} {}",
                                                 examination.setting().user, path.string()));
}

/// Whether flock(2) works there, which some network filesystems only pretend; empty: it does.
std::string flock_fault(const fs::path& directory) {
  const fs::path path = directory / fmt::format(".doctor.{}", ::getpid());
  try {
    const Fd first = create_new_file(path, 0600);
    const Fd second = open_lock_file(path);
    std::string fault;
    if (!try_lock(first)) fault = "a lock that nobody holds is refused";
    if (fault.empty() && try_lock(second)) fault = "two descriptors held one lock at one time";
    remove_quietly(path);
    return fault;
  } catch (const Error& error) {
    remove_quietly(path);
    return error.what();
  }
}

/// Everything that a wrong owner or mode can spoil; nullopt: nothing.
std::optional<Finding> wrong_rights(const Examination& examination, const fs::path& path,
                                    const struct stat& info) {
  const std::string& user = examination.setting().user;
  const std::string shown =
      fmt::format("{} ({}, {})", path.string(), user_name(info.st_uid), mode_text(info.st_mode));
  if ((info.st_mode & S_IWOTH) != 0) {
    return fail(shown + " can be written by everybody",
                fmt::format("chmod 0750 {}", path.string()));
  }
  if (::access(path.c_str(), W_OK | X_OK) != 0) {
    return fail(fmt::format("{} may not write in {}", user, shown),
                fmt::format("chown {} {}", user, path.string()));
  }
  if (info.st_uid != 0 && info.st_uid != ::geteuid() && ::geteuid() != 0) {
    return warning(fmt::format("{} belongs to neither root nor {}", shown, user),
                   fmt::format("chown {} {}", user, path.string()));
  }
  if ((info.st_mode & (S_IROTH | S_IXOTH)) != 0) {
    return warning(shown + " can be read by everybody",
                   fmt::format("chmod 0750 {}", path.string()));
  }
  return std::nullopt;
}

std::optional<Finding> little_space(const fs::path& path) {
  struct statvfs space {};
  if (::statvfs(path.c_str(), &space) != 0) return std::nullopt;
  if ((space.f_flag & ST_RDONLY) != 0) {
    return fail(fmt::format("{} is on a filesystem mounted read only", path.string()),
                "mount it writable, or name another directory");
  }
  constexpr unsigned long long k_mib = 1024ULL * 1024;
  const unsigned long long free_mib = space.f_bavail * space.f_frsize / k_mib;
  if (free_mib < 16) {
    return fail(fmt::format("{} has {} MiB free", path.string(), free_mib), "make room");
  }
  if (free_mib < 256) {
    return warning(fmt::format("{} has {} MiB free", path.string(), free_mib), "make room");
  }
  if (space.f_files > 0 && space.f_favail < 1000) {
    return warning(fmt::format("{} has room for {} more files", path.string(),
                               static_cast<unsigned long long>(space.f_favail)),
                   "make room");
  }
  return std::nullopt;
}

Finding check_directory(const Examination& examination, const fs::path& path, bool locks) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return missing(examination, path, errno);
  if (S_ISLNK(info.st_mode)) {
    return fail(fmt::format("{} is a symbolic link", path.string()),
                "name the directory that it leads to");
  }
  if (!S_ISDIR(info.st_mode)) {
    return fail(fmt::format("{} is no directory", path.string()), "remove it, then: upkeep init");
  }
  if (auto finding = wrong_rights(examination, path, info)) return std::move(*finding);
  if (auto finding = little_space(path)) return std::move(*finding);
  if (locks && !examination.setting().dry_run) {
    if (const std::string fault = flock_fault(path); !fault.empty()) {
      return fail(fmt::format("flock(2) does not work in {}: {}", path.string(), fault),
                  "name a directory on a local filesystem");
    }
  }
  return ok(fmt::format("{} ({}, {}{})", path.string(), user_name(info.st_uid),
                        mode_text(info.st_mode),
                        locks && !examination.setting().dry_run ? ", locks work" : ""));
}

}  // namespace

Findings check_log_directory(Examination& examination) {
  return {check_directory(examination, examination.config().upgrade.log_dir, false)};
}

Findings check_state_directory(Examination& examination) {
  return {check_directory(examination, examination.config().upgrade.state_dir, true)};
}

Findings check_clock(Examination& examination) {
  const WallTime now = wall_now();
  // Before the suite was written: no battery, no network time.
  if (now < *parse_iso8601("2024-01-01")) {
    return {fail(fmt::format("this machine's clock says {}", iso8601(now)), "set it by NTP")};
  }
  timex kernel{};
  const bool synchronised = ::adjtimex(&kernel) != TIME_ERROR;
  const std::string& host = examination.config().database.host;
  const bool alone = host.empty() || host == "localhost" || host == "127.0.0.1" || host == "::1";
  const std::string detail =
      fmt::format("{}, {}", iso8601(now), synchronised ? "synchronised" : "not synchronised");
  if (!synchronised && !alone) {
    return {warning(detail, "run chrony or systemd-timesyncd on every host")};
  }
  return {ok(detail)};
}

}  // namespace upkeep::setup
