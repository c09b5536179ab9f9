// SPDX-License-Identifier: MIT
// Carries what commands and hooks write from their pipes into their logs, and past the scanner.
#pragma once

#include "base/boot_time.hpp"
#include "base/fd.hpp"
#include "guard/logscan/log_scanner.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

namespace upkeep::guard {

/// A log. What it does not take is lost and counted; the next piece is tried again.
class LogSink {
 public:
  /// @param fd stays open while the sink is used; -1: the output is wanted nowhere
  explicit LogSink(int fd) : m_fd(fd) {}

  void write(std::string_view output);
  [[nodiscard]] std::int64_t dropped_bytes() const { return m_dropped; }
  /// Of the first write that failed; empty: none did.
  [[nodiscard]] const std::string& error() const { return m_error; }

 private:
  int m_fd;
  std::int64_t m_dropped = 0;
  std::string m_error;
};

class OutputPump {
 public:
  /// All three stay where they are while the pump is used.
  OutputPump(LogSink& log, LogSink& hooks_log, LogScanner& scanner);

  /// Takes over the read ends. @param job names them in is_open() and drain()
  void add_command(int job, Fd out, Fd err);
  void add_hook(int job, Fd out, Fd err);

  /// Adds the open pipes to a poll set; read_ready() then wants the set's revents.
  void append_to(std::vector<pollfd>& set) const;
  /// Reads once from every pipe that is ready, in the order of the set.
  /// @returns whether the scanner has seen more
  bool read_ready(const std::vector<pollfd>& set, BootTime now);

  /// Whether the last read_ready() found but a little: a command that writes line by line is
  /// faster, and so are we, if no process is woken for every line.
  [[nodiscard]] bool trickles() const { return m_trickles; }

  /// Whether a process may still write to this job's pipes.
  [[nodiscard]] bool is_open(int job) const;
  /// Takes what lies in this job's pipes now.
  void drain(int job, BootTime now);
  /// Everything that lies in any pipe now.
  void drain_all(BootTime now);
  /// From here on the log alone is written: the verdict has been made.
  void stop_scanning() { m_scanning = false; }

 private:
  enum class Stream { command_out, command_err, hook };
  struct Source {
    int job;
    Stream stream;
    Fd pipe;
  };

  void add(int job, Stream stream, Fd pipe);
  /// One read. @returns whether there was something
  bool read(Source& source, BootTime now);
  void forget_closed();

  LogSink* m_log;
  LogSink* m_hooks_log;
  LogScanner* m_scanner;
  bool m_scanning = true;
  bool m_trickles = false;
  std::size_t m_bytes_read = 0;
  std::vector<Source> m_sources;
  std::vector<char> m_buffer;
};

}  // namespace upkeep::guard
