// SPDX-License-Identifier: MIT
// Finds, identifies and signals the process of the private database.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

namespace upkeep::setup {

/// A running MariaDB server, held by a pidfd: signals never reach another process that reuses its
/// number.
class ServerProcess {
 public:
  /// The process with that number if it is a server on `datadir`; nullopt if it has ended, is a
  /// zombie, or is another program.
  static std::optional<ServerProcess> find(pid_t pid, const std::filesystem::path& datadir);
  /// The process named by the pid file or, if that is not valid, the one that listens on the
  /// socket, or any other server on `datadir`: a server that is still starting has neither.
  static std::optional<ServerProcess> find(const std::filesystem::path& pid_file,
                                           const std::filesystem::path& socket,
                                           const std::filesystem::path& datadir);

  [[nodiscard]] pid_t pid() const noexcept { return m_pid; }
  /// Waits up to `limit`. @returns whether the process has ended
  [[nodiscard]] bool ends_within(std::chrono::milliseconds limit) const;
  /// Also resumes a stopped process, so that it can react. @throws Error(not_permitted)
  void signal(int number) const;

 private:
  ServerProcess(pid_t pid, Fd fd) : m_pid(pid), m_fd(std::move(fd)) {}
  pid_t m_pid;
  Fd m_fd;
};

/// Whether a command line (`/proc/PID/cmdline`) is that of a server on `datadir`.
bool serves(const std::string& command_line, const std::filesystem::path& datadir);

}  // namespace upkeep::setup
