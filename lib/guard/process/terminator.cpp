// SPDX-License-Identifier: MIT
#include "guard/process/terminator.hpp"

#include "guard/process/descendants.hpp"

#include <algorithm>
#include <utility>

namespace upkeep::guard {

namespace {
// A process in uninterruptible sleep dies late: it is checked again at growing intervals.
constexpr std::chrono::milliseconds k_first_pause{50};
constexpr std::chrono::milliseconds k_longest_pause{2000};
}  // namespace

void Terminator::at(BootTime time, std::vector<pid_t> spared) {
  if (!m_active) {
    m_spared = std::move(spared);
    m_next = time;
  } else if (spared.empty()) {
    m_spared.clear();
  }
  m_next = std::min(m_next, time);
  m_pause = k_first_pause;
  m_active = true;
}

void Terminator::tick(BootTime now) {
  if (!m_active || now < m_next) return;
  kill_descendants(m_spared);
  m_active = !descendants(m_spared).empty();
  m_next = now + m_pause;
  m_pause = std::min(2 * m_pause, k_longest_pause);
}

BootTime Terminator::due() const {
  return m_active ? m_next : k_never;
}

}  // namespace upkeep::guard
