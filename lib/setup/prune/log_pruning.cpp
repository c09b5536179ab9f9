// SPDX-License-Identifier: MIT
#include "setup/prune/log_pruning.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

/// A directory of which every file is reached by its descriptor: nothing above it can be exchanged.
class Directory {
 public:
  /// @param base a descriptor, or AT_FDCWD. The directory may be missing: is_open().
  Directory(int base, const std::string& name, std::filesystem::path path)
      : m_path(std::move(path)),
        m_fd(::openat(base, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {}

  [[nodiscard]] bool is_open() const { return static_cast<bool>(m_fd); }
  [[nodiscard]] int fd() const { return m_fd.get(); }
  [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

  /// Read at once, so that deleting does not interfere.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    const int copy = ::openat(m_fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(copy < 0 ? nullptr : ::fdopendir(copy),
                                                     &::closedir);
    if (!stream) {
      const int error = errno;
      if (copy >= 0) ::close(copy);
      throw Error(ExitStatus::no_input,
                  fmt::format("cannot read {}: {}", m_path.string(), std::strerror(error)));
    }
    while (const dirent* entry = ::readdir(stream.get())) names.emplace_back(entry->d_name);
    return names;
  }

 private:
  std::filesystem::path m_path;
  Fd m_fd;
};

WallTime changed_at(const struct stat& info) {
  return WallTime(std::chrono::seconds(info.st_mtim.tv_sec) +
                  std::chrono::milliseconds(info.st_mtim.tv_nsec / 1'000'000));
}

void prune_file(const Directory& directory, const std::string& name, WallTime limit, bool dry_run,
                PrunedFiles& pruned) {
  struct stat info {};
  if (::fstatat(directory.fd(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
  const WallTime changed = changed_at(info);
  if (!S_ISREG(info.st_mode) || changed >= limit) return;
  if (!dry_run && ::unlinkat(directory.fd(), name.c_str(), 0) != 0) {
    if (errno == ENOENT) return;  // another prune was faster
    throw Error(ExitStatus::not_permitted,
                fmt::format("cannot delete {}: {}", (directory.path() / name).string(),
                            std::strerror(errno)),
                "run this as the owner of log_dir");
  }
  ++pruned.count;
  pruned.bytes += info.st_size;
  pruned.oldest = pruned.oldest ? std::min(*pruned.oldest, changed) : changed;
}

}  // namespace

std::optional<std::int64_t> run_of_log(std::string_view file_name) {
  constexpr std::string_view k_end = ".log", k_hooks = ".hooks";
  if (!file_name.ends_with(k_end)) return std::nullopt;
  file_name.remove_suffix(k_end.size());
  if (file_name.ends_with(k_hooks)) file_name.remove_suffix(k_hooks.size());
  const std::size_t dot = file_name.find('.');
  const auto digits = [](std::string_view text) {
    constexpr std::size_t k_most = 18;  // of 64 bits
    return !text.empty() && text.size() <= k_most &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!digits(file_name.substr(0, dot))) return std::nullopt;
  if (dot != std::string_view::npos && !digits(file_name.substr(dot + 1))) return std::nullopt;
  return to_integer(file_name.substr(0, dot));
}

PrunedFiles prune_logs(const std::filesystem::path& log_dir, const upgrade::WorkspaceMap& names,
                       const std::set<std::int64_t>& in_use, WallTime limit, bool dry_run) {
  const Directory all(AT_FDCWD, log_dir.string(), log_dir);
  if (!all.is_open()) {
    throw Error(ExitStatus::no_input,
                fmt::format("cannot read {}: {}", log_dir.string(), std::strerror(errno)),
                "[upgrade] log_dir must be a directory, not a symbolic link");
  }
  PrunedFiles pruned;
  for (const std::string& workspace : all.names()) {
    if (names.objection(workspace)) continue;
    const Directory logs(all.fd(), workspace, log_dir / workspace);
    if (!logs.is_open()) continue;
    for (const std::string& name : logs.names()) {
      const auto run = run_of_log(name);
      if (run && !in_use.contains(*run)) prune_file(logs, name, limit, dry_run, pruned);
    }
  }
  return pruned;
}

}  // namespace upkeep::setup
