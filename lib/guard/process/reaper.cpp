// SPDX-License-Identifier: MIT
#include "guard/process/reaper.hpp"

#include "base/process.hpp"
#include "guard/process/descendants.hpp"
#include "guard/process/launch.hpp"

#include <cerrno>
#include <csignal>
#include <ctime>

#include <sys/wait.h>
#include <unistd.h>

namespace upkeep::guard {

namespace {

sigset_t signals_to_handle() {
  sigset_t set{};
  ::sigemptyset(&set);
  for (const int signal_number : {SIGTERM, SIGINT, SIGQUIT, SIGCHLD}) {
    ::sigaddset(&set, signal_number);
  }
  return set;
}

/// Waits for the guardian, and passes signals on to it. @returns its exit status
int outlive(pid_t guardian, const sigset_t& signals) {
  for (;;) {
    int status = 0;
    if (::waitpid(guardian, &status, WNOHANG) == guardian) return exit_status_of(status);
    const int signal_number = ::sigwaitinfo(&signals, nullptr);
    if (signal_number > 0 && signal_number != SIGCHLD) ::kill(guardian, signal_number);
  }
}

void kill_all_and_wait() {
  const timespec pause{0, 20'000'000};
  for (;;) {
    kill_descendants({});
    pid_t reaped = 0;
    while ((reaped = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
    }
    if (reaped < 0 && errno == ECHILD) return;
    ::nanosleep(&pause, nullptr);
  }
}

}  // namespace

void put_reaper_above() {
  const sigset_t signals = signals_to_handle();
  sigset_t before{};
  ::sigprocmask(SIG_BLOCK, &signals, &before);
  const pid_t guardian = ::fork();
  if (guardian <= 0) {  // the child; or the fork failed: a guardian without a reaper beats none
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    return;
  }
  // Only the guardian may hold the socket, so that its end is noticed.
  ::close_range(0, k_slot_lock_fd - 1, 0);
  ::close_range(k_slot_lock_fd + 1, ~0U, 0);
  const int status = outlive(guardian, signals);
  if (status != 0) kill_all_and_wait();
  ::_exit(status);
}

}  // namespace upkeep::guard
