// SPDX-License-Identifier: MIT
#include "base/fatal_signal_note.hpp"

#include "base/file.hpp"

#include <atomic>
#include <cstddef>

#include <unistd.h>

namespace upkeep {

namespace {

std::atomic<const char*> g_line{nullptr};  // all that a handler may use
static_assert(std::atomic<const char*>::is_always_lock_free);

extern "C" void print_line_and_end(int number) {
  if (const char* line = g_line.load()) (void)write_all(STDERR_FILENO, line);
  (void)::raise(number);  // the default action follows: SA_RESETHAND
}

}  // namespace

FatalSignalNote::FatalSignalNote(const std::string& line) : m_line(line + "\n") {
  g_line = m_line.c_str();
  struct sigaction print {};
  print.sa_handler = print_line_and_end;
  print.sa_flags = static_cast<int>(SA_RESETHAND);
  for (std::size_t i = 0; i < k_signals.size(); ++i) {
    ::sigaction(k_signals[i], nullptr, &m_before[i]);  // NOLINT: both have this size
    if (m_before[i].sa_handler != SIG_IGN) ::sigaction(k_signals[i], &print, nullptr);  // NOLINT
  }
}

FatalSignalNote::~FatalSignalNote() {
  for (std::size_t i = 0; i < k_signals.size(); ++i) {
    ::sigaction(k_signals[i], &m_before[i], nullptr);  // NOLINT: both have this size
  }
  g_line = nullptr;
}

}  // namespace upkeep
