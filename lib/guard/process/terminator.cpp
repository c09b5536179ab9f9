// SPDX-License-Identifier: MIT
#include "guard/process/terminator.hpp"

#include "guard/loop/deadline.hpp"
#include "guard/process/descendants.hpp"

#include <algorithm>
#include <utility>

namespace upkeep::guard {

namespace {
// One in an uninterruptible sleep dies late: looked at again, less and less often.
constexpr std::int64_t k_first_pause_ms = 50;
constexpr std::int64_t k_longest_pause_ms = 2000;
}  // namespace

void Terminator::at(std::int64_t boot_ms, std::vector<pid_t> spared) {
  if (!m_active) {
    m_spared = std::move(spared);
    m_next = boot_ms;
  } else if (spared.empty()) {
    m_spared.clear();
  }
  m_next = std::min(m_next, boot_ms);
  m_pause = k_first_pause_ms;
  m_active = true;
}

void Terminator::tick(std::int64_t now) {
  if (!m_active || now < m_next) return;
  kill_descendants(m_spared);
  m_active = !descendants(m_spared).empty();
  m_next = now + m_pause;
  m_pause = std::min(2 * m_pause, k_longest_pause_ms);
}

std::int64_t Terminator::due() const {
  return m_active ? m_next : k_never;
}

}  // namespace upkeep::guard
