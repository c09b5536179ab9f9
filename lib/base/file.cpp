// SPDX-License-Identifier: MIT
#include "base/file.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace upkeep {

namespace {

/// Advice for the error; empty if errno alone does not suggest any.
std::string advice_for(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "grant this account access to it, or use an account that has access";
    case ENOTDIR:
      return "a path component is not a directory";
    case ENOSPC:
    case EDQUOT:
      return "free some space there";
    case EROFS:
      return "the file system is read-only: choose another place";
    default:
      return {};
  }
}

[[noreturn]] void fail(ExitStatus status, std::string_view what, const std::filesystem::path& path,
                       int error, std::string advice = {}) {
  throw Error(status, fmt::format("{} {}: {}", what, path.string(), std::strerror(error)),
              advice.empty() ? advice_for(error) : std::move(advice));
}

/// Opens an existing file, or creates it with exactly `mode`, regardless of the umask of cron or
/// at(1).
Fd open_or_create(const std::filesystem::path& path, int flags, mode_t mode) {
  constexpr int k_careful = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  for (;;) {
    Fd file;
    if ((flags & O_EXCL) == 0) {
      file.reset(::open(path.c_str(), (flags & ~O_CREAT) | k_careful));
      if (file || errno != ENOENT) return file;
    }
    file.reset(::open(path.c_str(), flags | O_EXCL | k_careful, mode));
    if (file) ::fchmod(file.get(), mode);
    if (file || errno != EEXIST || (flags & O_EXCL) != 0) return file;
    // It was created between the two calls: open it.
  }
}

/// A file that root creates in another account's directory must belong to that account, whose
/// unattended jobs open the same files. Never applied to a file with another link elsewhere: such a
/// file was not created here.
void give_to_owner_of_directory(int fd, const std::filesystem::path& path) {
  struct stat directory {
  }, info{};
  if (::geteuid() != 0 || ::stat(path.parent_path().c_str(), &directory) != 0) return;
  if (directory.st_uid == 0 || ::fstat(fd, &info) != 0 || info.st_uid != 0) return;
  if (S_ISREG(info.st_mode) && info.st_nlink != 1) return;
  (void)!::fchown(fd, directory.st_uid, directory.st_gid);
}

/// mkdir(2) with exactly `mode`, regardless of the umask.
bool make_one_directory(const std::filesystem::path& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0) return false;
  const Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (directory) {
    ::fchmod(directory.get(), mode);
    give_to_owner_of_directory(directory.get(), path);
  }
  return true;
}

Fd open_regular(const std::filesystem::path& path, int flags, mode_t mode) {
  Fd file = open_or_create(path, flags, mode);
  if (!file) {
    fail(ExitStatus::cannot_create, "cannot open", path, errno,
         errno == ELOOP ? "symbolic links are not followed here: remove it" : "");
  }
  struct stat info {};
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    throw Error(ExitStatus::cannot_create, fmt::format("{} is not a regular file", path.string()),
                "remove it");
  }
  if ((flags & O_CREAT) != 0) give_to_owner_of_directory(file.get(), path);
  return file;
}

[[noreturn]] void refuse_kind(const std::filesystem::path& path, mode_t mode) {
  const char* kind = S_ISDIR(mode)    ? "a directory"
                     : S_ISFIFO(mode) ? "a pipe"
                     : S_ISSOCK(mode) ? "a socket"
                                      : "a device";
  throw Error(ExitStatus::no_input,
              fmt::format("cannot read {}: it is {}, not a regular file", path.string(), kind),
              "name a regular file");
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) fail(ExitStatus::no_input, "cannot read", path, errno);
  return read_file(file, path);
}

std::string read_rest(int fd, const std::filesystem::path& name, std::size_t most) {
  std::string text;
  std::array<char, 65536> chunk{};
  while (text.size() <= most) {
    const ssize_t n = ::read(fd, chunk.data(), chunk.size());
    if (n == 0) break;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(ExitStatus::no_input, "cannot read", name, errno);
    text.append(chunk.data(), static_cast<std::size_t>(n));
  }
  return text;
}

std::string read_file(const Fd& file, const std::filesystem::path& path) {
  return read_rest(file.get(), path);
}

Fd open_regular_file(const std::filesystem::path& path) {
  struct stat info {};
  // Checked before opening as well, because opening a device may have side effects.
  const bool known = ::stat(path.c_str(), &info) == 0;
  if (known && !S_ISREG(info.st_mode)) refuse_kind(path, info.st_mode);
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file || ::fstat(file.get(), &info) != 0) {
    fail(ExitStatus::no_input, "cannot read", path, errno);
  }
  if (!S_ISREG(info.st_mode)) refuse_kind(path, info.st_mode);
  return file;
}

std::string read_regular_file(const std::filesystem::path& path) {
  return read_file(open_regular_file(path), path);
}

void replace_file(const std::filesystem::path& path, std::string_view text, mode_t mode,
                  bool durable) {
  // The pid keeps two writers apart; a file left by a killed one is overwritten eventually.
  std::filesystem::path beside = path;
  beside += fmt::format(".{}.tmp", ::getpid());
  const auto failed = [&] {
    const int error = errno;
    remove_quietly(beside);
    fail(ExitStatus::cannot_create, "cannot write", path, error);
  };
  {
    const Fd file(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!file || ::fchmod(file.get(), mode) != 0 || !write_all(file.get(), text)) failed();
    if (durable && ::fsync(file.get()) != 0) failed();
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) failed();
  if (durable) {
    const Fd directory(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory) ::fsync(directory.get());
  }
}

Fd open_for_append(const std::filesystem::path& path, mode_t mode) {
  return open_regular(path, O_WRONLY | O_APPEND | O_CREAT, mode);
}

Fd create_new_file(const std::filesystem::path& path, mode_t mode) {
  return open_regular(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, mode);
}

Fd open_lock_file(const std::filesystem::path& path) {
  return open_regular(path, O_RDWR | O_CREAT, 0640);
}

bool try_lock(const Fd& file) {
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) {
      throw Error(ExitStatus::internal, fmt::format("flock failed: {}", std::strerror(errno)));
    }
  }
  return true;
}

void make_directory(const std::filesystem::path& path, mode_t mode) {
  if (make_one_directory(path, mode)) return;
  if (errno == ENOENT && path.has_parent_path() && path.parent_path() != path) {
    make_directory(path.parent_path(), 0755);
    if (make_one_directory(path, mode)) return;
  }
  const int error = errno;
  struct stat info {};
  if (error == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return;
  if (error == EEXIST) {
    throw Error(ExitStatus::cannot_create, fmt::format("{} is not a directory", path.string()));
  }
  fail(ExitStatus::cannot_create, "cannot create the directory", path, error);
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

void remove_quietly(const std::filesystem::path& path) noexcept {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

std::filesystem::path binary_directory() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) {
    throw Error(ExitStatus::internal, "cannot find the running binary: " + error.message(),
                "is /proc mounted?");
  }
  return self.parent_path();
}

}  // namespace upkeep
