// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <signal.h>

namespace upkeep {

/// Ignores the signals of the terminal's keys (^C, ^\) while another program has the terminal:
/// they are for that program.
class IgnoredKeys {
 public:
  IgnoredKeys();
  ~IgnoredKeys();
  IgnoredKeys(const IgnoredKeys&) = delete;
  IgnoredKeys& operator=(const IgnoredKeys&) = delete;

 private:
  static constexpr std::array<int, 2> k_signals{SIGINT, SIGQUIT};
  std::array<struct sigaction, 2> m_before{};
};

}  // namespace upkeep
