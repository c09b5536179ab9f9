// SPDX-License-Identifier: MIT
// Long text for people goes through the user's pager, as in git.
#pragma once

#include "base/fd.hpp"
#include "base/ignored_keys.hpp"
#include "base/io.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace upkeep::cli {

struct PagerCommand {
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< `NAME=value`, the whole of it
};

/// $UPKEEP_PAGER, $PAGER or `less -FRX`; nullopt if that is empty or `cat`, and on a terminal on
/// which less cannot work. LESS and LV have git's defaults for it.
std::optional<PagerCommand> pager_command();

/// Counts the lines of a terminal that text occupies.
class LineCounter {
 public:
  explicit LineCounter(std::size_t width) : m_width(width) {}
  void take(std::string_view text);
  [[nodiscard]] std::size_t lines() const noexcept { return m_lines; }

 private:
  std::size_t m_width;
  std::size_t m_lines = 0;
  std::size_t m_column = 0;
  bool m_in_escape = false;
};

/// Holds back what is written to stdout until it is longer than the screen, and then gives it to
/// the pager; messages on the same terminal that follow it take the same way. A pager that cannot
/// be started or quits early is no error. Destroyed or finished, it has waited for the pager.
class PagedOutput {
 public:
  /// Keeps a reference.
  PagedOutput(Io& io, PagerCommand command);
  PagedOutput(const PagedOutput&) = delete;
  PagedOutput& operator=(const PagedOutput&) = delete;
  ~PagedOutput();

  /// Writes what is still held back, or waits until the user has quit the pager. To be called once
  /// everything is flushed. @throws Error(write_error), BrokenPipe
  void finish();

 private:
  void take(Writer& from, std::string_view text);
  void start();
  void pass_on(const Writer& from, std::string_view text);
  void feed(std::string_view text);
  void release();
  void wait();

  Io& m_io;
  PagerCommand m_command;
  std::size_t m_height;
  LineCounter m_counter;
  std::vector<std::pair<Writer*, std::string>> m_held;
  std::string m_messages;  // for after the pager
  Fd m_pipe;
  pid_t m_pid = -1;
  bool m_started = false;                // also after its end
  std::optional<IgnoredKeys> m_ignored;  // while the pager runs
};

}  // namespace upkeep::cli
