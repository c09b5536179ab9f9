// SPDX-License-Identifier: MIT
// Doctor: directories and this machine's clock.
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/file_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

namespace fs = std::filesystem;

const char* const k_of_upgrades = "; only the account that runs upgrades and root can check this";

/// A directory of ours that does not exist yet: acceptable if it can be created.
Finding missing(const Examination& examination, const fs::path& path, int error) {
  const std::string detail = fmt::format("{}: {}", path.string(), std::strerror(error));
  fs::path above = path.parent_path();
  while (error == ENOENT && above.has_relative_path() && !fs::exists(above)) {
    above = above.parent_path();
  }
  const Account& runner = examination.runner();
  if (!runner.can_ask()) return skipped(detail + k_of_upgrades);
  if (error == ENOENT && runner.uid() == ::geteuid() && ::access(above.c_str(), W_OK | X_OK) == 0) {
    return warning(detail, "upkeep init");
  }
  return examination.problem(
      detail, as_root(fmt::format("install -d -m 0750 -o {} {}", runner.name(), typed(path))));
}

/// Checks that flock(2) works, because some network filesystems only pretend; empty: it does.
std::string flock_fault(const fs::path& directory) {
  const fs::path path = directory / fmt::format(".doctor.{}", ::getpid());
  try {
    const Fd first = create_new_file(path, 0600);
    const Fd second = open_lock_file(path);
    std::string fault;
    if (!try_lock(first)) fault = "a free lock is refused";
    if (fault.empty() && try_lock(second))
      fault = "two descriptors held the same lock at the same time";
    remove_quietly(path);
    return fault;
  } catch (const Error& error) {
    remove_quietly(path);
    return error.what();
  }
}

/// Files that an earlier start as another account, such as root, left in the account's directory.
std::optional<Finding> foreign_entries(const Account& runner, const fs::path& path) {
  constexpr std::size_t k_most = 10'000;
  std::vector<Access> questions;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.is_symlink(error) || questions.size() >= k_most) continue;
    if (entry.is_directory(error)) questions.push_back({entry.path(), W_OK | X_OK});
    if (entry.is_regular_file(error)) questions.push_back({entry.path(), W_OK});
  }
  const auto answers = runner.may(questions);
  const auto refused = std::count(answers.begin(), answers.end(), false);
  if (refused == 0) return std::nullopt;
  const auto first =
      static_cast<std::size_t>(std::find(answers.begin(), answers.end(), false) - answers.begin());
  return fail(fmt::format("{} files in {} are not writable by {}, e.g. {}", refused, path.string(),
                          runner.name(), questions[first].path.filename().string()),
              as_root(fmt::format("chown -R {} {}", runner.name(), typed(path))));
}

/// Owners and modes that are wrong for the account that runs upgrades; nullopt: none.
std::optional<Finding> wrong_rights(const Account& runner, const fs::path& path,
                                    const struct stat& info) {
  const std::string as_shown = shown(path, info);
  const std::string give = as_root(fmt::format("chown {} {}", runner.name(), typed(path)));
  const std::string close = as_root("chmod 0750 " + typed(path));
  if ((info.st_mode & S_IWOTH) != 0) return fail(as_shown + " is writable by everybody", close);
  if (const std::string why = runner.obstacle(path, W_OK | X_OK); !why.empty()) {
    return fail(why, info.st_uid == runner.uid() ? as_root("chmod u+rwx " + typed(path)) : give);
  }
  if (info.st_uid != 0 && info.st_uid != runner.uid()) {
    return warning(fmt::format("{} belongs to neither root nor {}", as_shown, runner.name()), give);
  }
  if ((info.st_mode & (S_IROTH | S_IXOTH)) != 0) {
    return warning(as_shown + " is readable by everybody", close);
  }
  return foreign_entries(runner, path);
}

std::optional<Finding> little_space(const fs::path& path) {
  struct statvfs space {};
  if (::statvfs(path.c_str(), &space) != 0) return std::nullopt;
  if ((space.f_flag & ST_RDONLY) != 0) {
    return fail(fmt::format("{} is on a filesystem mounted read-only", path.string()),
                "mount it writable, or name another directory");
  }
  constexpr unsigned long long k_mib = 1024ULL * 1024;
  const unsigned long long free_mib = space.f_bavail * space.f_frsize / k_mib;
  if (free_mib < 16) {
    return fail(fmt::format("{} has {} MiB free", path.string(), free_mib), "free some space");
  }
  if (free_mib < 256) {
    return warning(fmt::format("{} has {} MiB free", path.string(), free_mib), "free some space");
  }
  if (space.f_files > 0 && space.f_favail < 1000) {
    return warning(fmt::format("{} has inodes for {} more files", path.string(),
                               static_cast<unsigned long long>(space.f_favail)),
                   "free some space");
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
    return fail(fmt::format("{} is not a directory", path.string()),
                "remove it, then: upkeep init");
  }
  const Account& runner = examination.runner();
  if (!runner.can_ask()) return skipped(shown(path, info) + k_of_upgrades);
  if (auto finding = wrong_rights(runner, path, info)) return std::move(*finding);
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
  // Before the suite was written: no clock battery and no network time.
  if (now < *parse_iso8601("2024-01-01")) {
    return {fail(fmt::format("this machine's clock says {}", iso8601(now)), "set it with NTP")};
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
