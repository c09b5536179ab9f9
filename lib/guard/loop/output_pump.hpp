// SPDX-License-Identifier: MIT
// Copies the output of commands and hooks from their pipes to their logs and to the scanner.
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

/// A log. Output that cannot be written is dropped and counted; later output is still tried.
class LogSink {
 public:
  /// @param fd must stay open while the sink is used; -1: discard the output
  explicit LogSink(int fd) : m_fd(fd) {}

  void write(std::string_view output);
  [[nodiscard]] std::int64_t dropped_bytes() const { return m_dropped; }
  /// The error of the first write that failed; empty: none did.
  [[nodiscard]] const std::string& error() const { return m_error; }

 private:
  int m_fd;
  std::int64_t m_dropped = 0;
  std::string m_error;
};

class OutputPump {
 public:
  /// Keeps references to all arguments.
  OutputPump(LogSink& log, LogSink& hooks_log, LogScanner& scanner);

  /// Takes ownership of the read ends. @param job identifies them in is_open() and drain()
  void add_command(int job, Fd out, Fd err);
  void add_hook(int job, Fd out, Fd err);

  /// Adds the open pipes to a poll set, to be passed to read_ready() after poll(2).
  void append_to(std::vector<pollfd>& set) const;
  /// Reads once from every pipe that is ready, in the order of the set.
  /// @returns whether the scanner has read anything
  bool read_ready(const std::vector<pollfd>& set, BootTime now);

  /// Whether the last read_ready() found only little: both a command that writes line by line and
  /// this process are faster if the latter is not woken up for every line.
  [[nodiscard]] bool trickles() const { return m_trickles; }

  /// Whether a process may still write to this job's pipes.
  [[nodiscard]] bool is_open(int job) const;
  /// Reads everything that is in this job's pipes now.
  void drain(int job, BootTime now);
  /// Reads everything that is in any pipe now.
  void drain_all(BootTime now);
  /// Only writes to the logs from now on, because the verdict has been made.
  void stop_scanning() { m_scanning = false; }

 private:
  enum class Stream { command_out, command_err, hook };
  struct Source {
    int job;
    Stream stream;
    Fd pipe;
  };

  void add(int job, Stream stream, Fd pipe);
  /// Reads once. @returns whether there was any output
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
