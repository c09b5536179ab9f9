// SPDX-License-Identifier: MIT
#include "db/new_sockets.hpp"

#include "base/text.hpp"

#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace upkeep::db {

std::set<int> open_sockets() {
  std::set<int> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const auto fd = to_integer(entry.path().filename().string());
    struct stat info {};
    if (fd && ::fstat(static_cast<int>(*fd), &info) == 0 && S_ISSOCK(info.st_mode)) {
      found.insert(static_cast<int>(*fd));
    }
  }
  return found;
}

int tune_new_sockets(const std::set<int>& before) {
  int newest = -1;
  for (const int fd : open_sockets()) {
    if (before.contains(fd)) continue;
    newest = fd;
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    const int on = 1, idle_s = 15, every_s = 5, times = 3, unacknowledged_ms = 30'000;
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every_s, sizeof every_s);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
  }
  return newest;
}

}  // namespace upkeep::db
