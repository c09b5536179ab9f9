// SPDX-License-Identifier: MIT
#include "base/interrupts.hpp"

#include "base/error.hpp"

#include <csignal>

#include <sys/signalfd.h>

namespace upkeep {

namespace {

/// A blocked signal is delivered to a signalfd even if its disposition is to ignore it, so signals
/// that the caller ignores must not be blocked.
bool is_ignored(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

sigset_t interrupting_signals() {
  sigset_t set{};
  ::sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    if (!is_ignored(number)) ::sigaddset(&set, number);
  }
  return set;
}

}  // namespace

Interrupts::Interrupts() {
  const sigset_t set = interrupting_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, &m_mask_before);
  m_fd.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!m_fd) throw Error(ExitStatus::internal, "no signalfd");
}

Interrupts::~Interrupts() {
  ::pthread_sigmask(SIG_SETMASK, &m_mask_before, nullptr);
}

std::optional<int> Interrupts::take() {
  signalfd_siginfo info{};
  if (::read(m_fd.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  const int number = static_cast<int>(info.ssi_signo);
  if (!m_first) m_first = number;
  return number;
}

}  // namespace upkeep
