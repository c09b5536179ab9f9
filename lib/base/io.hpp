// SPDX-License-Identifier: MIT
// A tool's environment, passed in: where records and messages go, the properties of the terminal,
// the current time. Tests construct their own.
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"
#include "base/writer.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace upkeep {

enum class Verbosity { quiet, normal, verbose };

/// One per process. Not thread-safe.
class Io {
 public:
  /// @param tool the name that precedes every message
  Io(std::string tool, int in_fd, int out_fd, int err_fd);

  Writer out;            // NOLINT: records only
  Writer err;            // NOLINT: messages
  int in_fd;             // NOLINT
  bool in_tty;           // NOLINT
  bool out_tty;          // NOLINT
  bool err_tty;          // NOLINT
  bool color = false;    // NOLINT: for stdout; set from --color, NO_COLOR and the terminal
  bool progress = true;  // NOLINT: progress bars allowed (--no-progress)
  Verbosity verbosity = Verbosity::normal;   // NOLINT
  std::function<WallTime()> now = wall_now;  // NOLINT: tests may shift it

  [[nodiscard]] const std::string& tool() const noexcept { return m_tool; }

  /// Columns of the terminal on stdout, queried each time; 80 if unknown.
  [[nodiscard]] int width() const;

  /// Lines of the terminal on stdout, queried each time; 24 if unknown.
  [[nodiscard]] int height() const;
  /// Set by run_main() if there is a pager.
  std::function<void()> start_paging;  // NOLINT
  /// Call it before printing text for people that may be longer than the screen and need not appear
  /// at once: it is held back, and shown in the user's pager if it does not fit.
  void page() const {
    if (start_paging) start_paging();
  }

  /// `tool: error: text` on stderr, always a single line.
  void error(std::string_view text);
  void error(const Error& error);
  /// Not shown with --quiet.
  void warning(std::string_view text);
  /// Not shown with --quiet.
  void note(std::string_view text);
  /// Only with --verbose.
  void detail(std::string_view text);

 private:
  void message(std::string_view kind, std::string_view text);
  std::string m_tool;
};

}  // namespace upkeep
