// SPDX-License-Identifier: MIT
// A buffered writer on a file descriptor that notices every error. std::cout would hide a full
// disk behind stdout until it is too late.
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

/// The reader of a pipe went away. run_main() ends the tool the way SIGPIPE would: quietly.
struct BrokenPipe {};

/// Not thread-safe. Does not own the descriptor.
class Writer {
 public:
  explicit Writer(int fd) : m_fd(fd) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  virtual ~Writer() = default;

  /// Appends to the buffer; writes when it has grown past 64 KiB.
  /// @throws Error(write_error), BrokenPipe
  void write(std::string_view text);

  /// Writes what is buffered. @throws Error(write_error), BrokenPipe
  void flush();

  /// From now on everything is thrown away: for a tool whose work must go on after its reader left.
  void discard() noexcept;

  [[nodiscard]] int fd() const noexcept { return m_fd; }

 private:
  int m_fd;
  bool m_discard = false;
  std::string m_buffer;
};

}  // namespace upkeep
