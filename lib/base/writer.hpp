// SPDX-License-Identifier: MIT
// A buffered writer on a file descriptor that detects every error. std::cout would report a full
// disk too late.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace upkeep {

/// The reader of a pipe has gone. run_main() then ends the tool quietly, as SIGPIPE would.
struct BrokenPipe {};

/// Not thread-safe. Does not own the descriptor.
class Writer {
 public:
  explicit Writer(int fd) : m_fd(fd) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  virtual ~Writer() = default;

  /// Appends to the buffer; writes it once it exceeds 64 KiB.
  /// @throws Error(write_error), BrokenPipe
  void write(std::string_view text);

  /// Writes what is buffered. @throws Error(write_error), BrokenPipe
  void flush();

  /// Gives `sink` what would be written, until end_diversion().
  void divert(std::function<void(std::string_view)> sink) { m_sink = std::move(sink); }
  void end_diversion() { m_sink = nullptr; }

  /// Discards all further output: for a tool that must continue after its reader has gone.
  void discard() noexcept;

  [[nodiscard]] int fd() const noexcept { return m_fd; }

 private:
  int m_fd;
  bool m_discard = false;
  std::function<void(std::string_view)> m_sink;
  std::string m_buffer;
};

}  // namespace upkeep
