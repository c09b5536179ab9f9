// SPDX-License-Identifier: MIT
// The process of the private database: found, identified, signalled.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <filesystem>
#include <optional>

#include <sys/types.h>

namespace upkeep::setup {

/// One running MariaDB server, held by a pidfd: a signal never reaches another process that got the
/// same number.
class ServerProcess {
 public:
  /// The process with that number where it is a server on `datadir`; nullopt where it is gone, a
  /// zombie, or something else.
  static std::optional<ServerProcess> find(pid_t pid, const std::filesystem::path& datadir);
  /// The one that the pid file names, or, without a true one, the one that listens on the socket,
  /// or any other on `datadir`: one that just starts has neither.
  static std::optional<ServerProcess> find(const std::filesystem::path& pid_file,
                                           const std::filesystem::path& socket,
                                           const std::filesystem::path& datadir);

  [[nodiscard]] pid_t pid() const noexcept { return m_pid; }
  /// Whether it has ended, at the latest after `limit`.
  [[nodiscard]] bool ends_within(std::chrono::milliseconds limit) const;
  /// A stopped process is woken up, so that it can follow. @throws Error(not_permitted)
  void signal(int number) const;

 private:
  ServerProcess(pid_t pid, Fd fd) : m_pid(pid), m_fd(std::move(fd)) {}
  pid_t m_pid;
  Fd m_fd;
};

/// Whether a command line (`/proc/PID/cmdline`) is that of a server on `datadir`.
bool serves(const std::string& command_line, const std::filesystem::path& datadir);

}  // namespace upkeep::setup
