// SPDX-License-Identifier: MIT
#include "setup/local/server_process.hpp"

#include "base/boot_time.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36; not a C++ header
}

namespace upkeep::setup {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> text_of(const fs::path& path) {
  try {
    return read_file(path);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// The process that listens on a Unix socket; nullopt: none.
std::optional<pid_t> listener_of(const fs::path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket.string();
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  // Non-blocking: a frozen server with a full backlog must not block us.
  const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),  // NOLINT: API
                sizeof address) != 0) {
    return std::nullopt;
  }
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.pid;
}

}  // namespace

bool serves(const std::string& command_line, const fs::path& datadir) {
  const auto words = split(command_line, '\0');
  return std::find(words.begin(), words.end(), "--datadir=" + datadir.string()) != words.end();
}

std::optional<ServerProcess> ServerProcess::find(pid_t pid, const fs::path& datadir) {
  if (pid <= 0) return std::nullopt;
  // Open the descriptor first: what is read later then belongs to this process while it lives.
  Fd fd(::pidfd_open(pid, 0));
  if (!fd) return std::nullopt;
  const fs::path directory = fmt::format("/proc/{}", pid);
  std::error_code error;
  // A package upgrade while the server is running leaves "mariadbd (deleted)".
  const std::string program = fs::read_symlink(directory / "exe", error).filename().string();
  if (error || (!program.starts_with("mariadbd") && !program.starts_with("mysqld"))) {
    return std::nullopt;
  }
  const auto command_line = text_of(directory / "cmdline");
  if (!command_line || !serves(*command_line, datadir)) return std::nullopt;
  ServerProcess found(pid, std::move(fd));
  if (found.ends_within(std::chrono::milliseconds(0))) return std::nullopt;
  return found;
}

std::optional<ServerProcess> ServerProcess::find(const fs::path& pid_file, const fs::path& socket,
                                                 const fs::path& datadir) {
  if (const auto text = text_of(pid_file)) {
    const auto pid = to_integer(trim(*text));
    if (pid && *pid > 0 && *pid <= 0x7fffffff) {
      if (auto found = find(static_cast<pid_t>(*pid), datadir)) return found;
    }
  }
  if (const auto pid = listener_of(socket)) {
    if (auto found = find(*pid, datadir)) return found;
  }
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const auto pid = to_integer(entry.path().filename().string());
    if (!pid) continue;
    if (auto found = find(static_cast<pid_t>(*pid), datadir)) return found;
  }
  return std::nullopt;
}

bool ServerProcess::ends_within(std::chrono::milliseconds limit) const {
  const Deadline end = Deadline::in(limit);
  for (;;) {
    pollfd ended{m_fd.get(), POLLIN, 0};
    const int n = ::poll(&ended, 1, poll_timeout(end.left()));
    if (n > 0) return true;
    if (n == 0 || (errno != EINTR)) return false;
  }
}

void ServerProcess::signal(int number) const {
  if (::pidfd_send_signal(m_fd.get(), number, nullptr, 0) == 0) {
    (void)::pidfd_send_signal(m_fd.get(), SIGCONT, nullptr, 0);
    return;
  }
  if (errno == ESRCH) return;
  throw Error(ExitStatus::not_permitted,
              fmt::format("cannot signal the server, process {}: {}", m_pid, std::strerror(errno)));
}

}  // namespace upkeep::setup
