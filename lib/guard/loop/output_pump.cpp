// SPDX-License-Identifier: MIT
#include "guard/loop/output_pump.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace upkeep::guard {

namespace {
/// A part of the pipe's megabyte: it stays in the processor's cache while the program writes more.
constexpr std::size_t k_chunk = 128UL * 1024;
/// If a read returns less than this, waking up for it was not worth the cost.
constexpr std::size_t k_trickle = 16UL * 1024;
}  // namespace

void LogSink::write(std::string_view output) {
  if (m_fd < 0) return;
  while (!output.empty()) {
    const ssize_t n = ::write(m_fd, output.data(), output.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      if (m_error.empty()) m_error = std::strerror(errno);
      m_dropped += static_cast<std::int64_t>(output.size());
      return;
    }
    output.remove_prefix(static_cast<std::size_t>(n));
  }
}

OutputPump::OutputPump(LogSink& log, LogSink& hooks_log, LogScanner& scanner)
    : m_log(&log), m_hooks_log(&hooks_log), m_scanner(&scanner), m_buffer(k_chunk) {}

void OutputPump::add_command(int job, Fd out, Fd err) {
  add(job, Stream::command_out, std::move(out));
  add(job, Stream::command_err, std::move(err));
}

void OutputPump::add_hook(int job, Fd out, Fd err) {
  add(job, Stream::hook, std::move(out));
  add(job, Stream::hook, std::move(err));
}

void OutputPump::add(int job, Stream stream, Fd pipe) {
  if (pipe) m_sources.push_back({job, stream, std::move(pipe)});
}

void OutputPump::append_to(std::vector<pollfd>& set) const {
  for (const Source& source : m_sources) set.push_back({source.pipe.get(), POLLIN, 0});
}

bool OutputPump::read_ready(const std::vector<pollfd>& set, BootTime now) {
  bool scanned = false;
  const std::size_t before = m_bytes_read;
  for (Source& source : m_sources) {
    const auto polled = std::find_if(
        set.begin(), set.end(), [&](const pollfd& entry) { return entry.fd == source.pipe.get(); });
    if (polled == set.end() || polled->revents == 0) continue;
    scanned |= read(source, now) && m_scanning && source.stream != Stream::hook;
  }
  forget_closed();
  const std::size_t bytes = m_bytes_read - before;
  m_trickles = bytes > 0 && bytes < k_trickle;
  return scanned;
}

bool OutputPump::read(Source& source, BootTime now) {
  const ssize_t n = ::read(source.pipe.get(), m_buffer.data(), m_buffer.size());
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (n <= 0) {
    source.pipe.reset();
    return false;
  }
  const std::string_view output(m_buffer.data(), static_cast<std::size_t>(n));
  m_bytes_read += output.size();
  (source.stream == Stream::hook ? m_hooks_log : m_log)->write(output);
  if (m_scanning && source.stream == Stream::command_out) m_scanner->feed(output, now);
  if (m_scanning && source.stream == Stream::command_err) m_scanner->feed_stderr(output);
  return true;
}

bool OutputPump::is_open(int job) const {
  return std::any_of(m_sources.begin(), m_sources.end(),
                     [&](const Source& source) { return source.job == job; });
}

void OutputPump::drain(int job, BootTime now) {
  for (Source& source : m_sources) {
    if (source.job == job) read(source, now);
  }
  forget_closed();
}

void OutputPump::drain_all(BootTime now) {
  for (Source& source : m_sources) {
    while (source.pipe && read(source, now)) {
    }
  }
  forget_closed();
}

void OutputPump::forget_closed() {
  std::erase_if(m_sources, [](const Source& source) { return !source.pipe; });
}

}  // namespace upkeep::guard
