// SPDX-License-Identifier: MIT
#include "guard/loop/guardian.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "guard/loop/guardian_loop.hpp"
#include "guard/loop/spec.hpp"
#include "guard/process/launch.hpp"
#include "guard/process/reaper.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace upkeep::guard {

namespace {

constexpr int k_socket_fd = 3;
constexpr int k_spec_fd = 5;
constexpr int k_log_fd = 6;
constexpr int k_hooks_log_fd = 7;
static_assert(k_slot_lock_fd == 4);

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

bool started_by_a_supervisor() {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(k_socket_fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
         type == SOCK_SEQPACKET && is_open(k_slot_lock_fd) && is_open(k_spec_fd) &&
         is_open(k_log_fd);
}

/// Orphaned descendants become our children, not those of init. A fork does not inherit this.
void become_subreaper() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/// Detaches from the supervisor's session, terminal and directory, and closes inherited
/// descriptors.
void stand_alone() {
  ::setsid();
  if (::chdir("/") != 0) return;  // "/" is always there
  ::close_range(k_hooks_log_fd + 1, ~0U, 0);
  for (int fd = k_socket_fd; fd <= k_hooks_log_fd; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  become_subreaper();
  for (const int signal_number : {SIGHUP, SIGPIPE, SIGXFSZ}) {
    (void)::signal(signal_number, SIG_IGN);  // fails only for an invalid signal
  }
}

std::string read_spec() {
  const Fd memory(k_spec_fd);
  std::string text;
  std::array<char, 65536> chunk{};
  ssize_t n = 0;
  while ((n = ::read(memory.get(), chunk.data(), chunk.size())) > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(n));
  }
  return text;
}

/// Nothing reads our stderr, so errors go to the run's log.
int failed(ExitStatus status, std::string_view what) {
  write_all(k_log_fd, fmt::format("ws-guardian: error: {}\n", what));
  return code(status);
}

}  // namespace

int guardian_main(int argc, char** argv) {
  if (argc == 2 && (std::string_view(argv[1]) == "--help" || std::string_view(argv[1]) == "-h")) {
    fmt::print(
        "ws-guardian is started by ws-upgrade, once per run; it is not meant to be run by "
        "users.\n");
    return code(ExitStatus::ok);
  }
  if (!started_by_a_supervisor()) {
    fmt::print(stderr,
               "ws-guardian: error: this program is started by ws-upgrade; use ws-upgrade\n");
    return code(ExitStatus::usage);
  }
  stand_alone();
  try {
    Spec spec = Spec::from_json(read_spec());
    if (spec.policy == Policy::kill) {
      put_reaper_above();
      become_subreaper();
    }
    GuardianLoop watch(std::move(spec), Fd(k_socket_fd), k_log_fd,
                       is_open(k_hooks_log_fd) ? k_hooks_log_fd : -1);
    watch.run();
    return code(ExitStatus::ok);
  } catch (const Error& error) {
    return failed(error.status(), error.message());
  } catch (const std::exception& error) {
    return failed(ExitStatus::internal, error.what());
  }
}

}  // namespace upkeep::guard
