// SPDX-License-Identifier: MIT
#include "base/interrupts.hpp"

#include "base/error.hpp"

#include <csignal>

#include <sys/signalfd.h>

namespace upkeep {

namespace {
sigset_t interrupting_signals() {
  sigset_t set{};
  ::sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, signal);
  return set;
}
}  // namespace

Interrupts::Interrupts() {
  const sigset_t set = interrupting_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  m_fd.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!m_fd) throw Error(ExitStatus::internal, "no signalfd");
}

Interrupts::~Interrupts() {
  const sigset_t set = interrupting_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<int> Interrupts::take() {
  signalfd_siginfo info{};
  if (::read(m_fd.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  const int number = static_cast<int>(info.ssi_signo);
  if (!m_first) m_first = number;
  return number;
}

}  // namespace upkeep
