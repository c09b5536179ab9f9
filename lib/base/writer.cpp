// SPDX-License-Identifier: MIT
#include "base/writer.hpp"

#include "base/direction.hpp"
#include "base/error.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace upkeep {

namespace {
constexpr std::size_t k_flush_at = 64UL * 1024;
}

void Writer::write(std::string_view text) {
  if (m_discard) return;
  m_buffer.append(text);
  if (m_buffer.size() >= k_flush_at) flush();
}

void Writer::flush() {
  // Prevents records and messages from changing the text direction of a terminal; pipes and files
  // receive every byte unchanged.
  if (!m_buffer.empty() && ::isatty(m_fd) == 1) m_buffer = directions_shown(std::move(m_buffer));
  if (m_sink && !m_discard && !m_buffer.empty()) {
    const auto sink = m_sink;  // it may end the diversion
    sink(std::exchange(m_buffer, {}));
    return;
  }
  std::size_t done = 0;
  while (!m_discard && done < m_buffer.size()) {
    const ssize_t n = ::write(m_fd, m_buffer.data() + done, m_buffer.size() - done);
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {  // the shared terminal or pipe was made non-blocking
      pollfd ready{m_fd, POLLOUT, 0};
      ::poll(&ready, 1, -1);
      continue;
    }
    const int error = errno;
    m_buffer.clear();
    if (error == EPIPE) throw BrokenPipe{};
    m_discard = true;  // one report is enough
    throw Error(ExitStatus::write_error,
                std::string("cannot write the output: ") + std::strerror(error),
                "check free space and where stdout points");
  }
  m_buffer.clear();
}

void Writer::discard() noexcept {
  m_discard = true;
  m_buffer.clear();
}

}  // namespace upkeep
