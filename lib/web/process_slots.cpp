// SPDX-License-Identifier: MIT
#include "web/process_slots.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::web {

namespace {

// Bytes from 0: a process each. From k_most: one that is busy. The last: who counts.
constexpr int k_most = 1000;
constexpr int k_counting = 2 * k_most;

struct flock range(short type, int start, int length) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = length;
  return lock;
}

[[noreturn]] void fail_with(const std::filesystem::path& file, const char* why) {
  throw Error(ExitStatus::unavailable, fmt::format("{}: {}", file.string(), why));
}

}  // namespace

ProcessSlots::ProcessSlots(const std::filesystem::path& file)
    : m_file(::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600)) {
  struct stat info {};
  if (!m_file || ::fstat(m_file.get(), &info) != 0) fail_with(file, std::strerror(errno));
  if (!S_ISREG(info.st_mode) || info.st_uid != ::geteuid()) {
    fail_with(file, "it is not a file of this account");
  }
  while (!lock(F_WRLCK, m_own)) {
    if (++m_own == k_most) fail_with(file, "too many processes");
  }
}

bool ProcessSlots::lock(short type, int byte) const {
  struct flock one = range(type, byte, 1);
  return ::fcntl(m_file.get(), F_OFD_SETLK, &one) == 0;
}

/// The locks of other processes on the k_most bytes from `start`.
int ProcessSlots::count_others(int start) const {
  int count = 0;
  for (int from = start; from < start + k_most; ++count) {
    struct flock other = range(F_WRLCK, from, start + k_most - from);
    if (::fcntl(m_file.get(), F_OFD_GETLK, &other) != 0 || other.l_type == F_UNLCK) break;
    from = static_cast<int>(other.l_start) + 1;
  }
  return count;
}

std::optional<ProcessSlots::Busy> ProcessSlots::busy() const {
  // Two that count at the same time would both find the last place.
  constexpr int k_tries = 100;
  for (int i = 0; !lock(F_WRLCK, k_counting); ++i) {
    if (i == k_tries) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const int processes = count_others(0) + 1;
  const int places = processes > 1 ? processes - 1 : 1;
  const bool free = count_others(k_most) < places && lock(F_WRLCK, k_most + m_own);
  (void)lock(F_UNLCK, k_counting);
  if (!free) return std::nullopt;
  return Busy(*this);
}

ProcessSlots::Busy::~Busy() {
  if (m_slots != nullptr) (void)m_slots->lock(F_UNLCK, k_most + m_slots->m_own);
}

}  // namespace upkeep::web
