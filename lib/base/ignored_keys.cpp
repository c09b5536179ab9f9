// SPDX-License-Identifier: MIT
#include "base/ignored_keys.hpp"

#include <cstddef>

namespace upkeep {

IgnoredKeys::IgnoredKeys() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (std::size_t i = 0; i < k_signals.size(); ++i) {
    ::sigaction(k_signals[i], &ignore, &m_before[i]);  // NOLINT: both have this size
  }
}

IgnoredKeys::~IgnoredKeys() {
  for (std::size_t i = 0; i < k_signals.size(); ++i) {
    ::sigaction(k_signals[i], &m_before[i], nullptr);  // NOLINT
  }
}

}  // namespace upkeep
