// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>

#include <signal.h>

namespace upkeep {

/// While it exists, a signal that ends the program (SIGINT, SIGQUIT, SIGTERM, SIGHUP) first prints
/// a line on stderr. Signals that are ignored stay ignored. One at a time.
class FatalSignalNote {
 public:
  /// @param line printable, without its end
  explicit FatalSignalNote(const std::string& line);
  ~FatalSignalNote();
  FatalSignalNote(const FatalSignalNote&) = delete;
  FatalSignalNote& operator=(const FatalSignalNote&) = delete;

 private:
  static constexpr std::array<int, 4> k_signals{SIGINT, SIGQUIT, SIGTERM, SIGHUP};
  std::string m_line;
  std::array<struct sigaction, 4> m_before{};
};

}  // namespace upkeep
