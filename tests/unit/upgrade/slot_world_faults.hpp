// SPDX-License-Identifier: MIT
// What goes wrong: kills, freezes, cuts, power failures, restarts, steps of the clock.
#pragma once

#include "slot_world_facts.hpp"

namespace slot_world {

class Faults {
 public:
  explicit Faults(Facts& facts) : m_facts(facts) {}

  void make_trouble() {
    for (int host = 0; host < 2; ++host) {
      if (m_facts.chance(m_facts.setting.trouble)) trouble(host);
    }
    if (m_facts.chance(m_facts.setting.trouble / 4))
      m_facts.server_back_at = m_facts.now + m_facts.between(100, 2 * k_lease);
    if (m_facts.chance(m_facts.setting.trouble / 8))
      m_facts.server_offset -= m_facts.between(100, 3 * k_lease);
    const bool steps = m_facts.setting.clock_step_ms > 0 && m_facts.now >= m_next_clock_step;
    if (steps && m_facts.chance(m_facts.setting.trouble)) {
      m_facts.server_offset += m_facts.setting.clock_step_ms;
      m_next_clock_step = m_facts.now + 3 * k_lease;
    }
  }

  void calm_down() {
    m_facts.server_back_at = 0;
    for (Host& host : m_facts.hosts) {
      host.cut_until = 0;
      host.back_at = std::min(host.back_at, m_facts.now);
    }
    for (Process& process : m_facts.processes) process.frozen_until = process.cut_until = 0;
    for (Guardian& guardian : m_facts.guardians) guardian.frozen_until = 0;
    for (Command& command : m_facts.commands) command.frozen_until = 0;
  }

 private:
  void trouble(int host) {
    Host& on = m_facts.host_of(host);
    if (!on.up) return;
    switch (m_facts.between(0, 9)) {
      case 0:
        return power_fails(host);
      case 1:
        on.cut_until = m_facts.now + m_facts.between(100, 5 * k_lease);
        return;
      case 2:
      case 3:
        for (Process& process : m_facts.processes)
          if (Facts::is_on(process, host) && m_facts.chance(500)) process.alive = false;
        return;
      case 4:
      case 5:
      case 6:
        for (Process& process : m_facts.processes)
          if (Facts::is_on(process, host) && m_facts.chance(500))
            process.frozen_until = m_facts.now + m_facts.between(100, 5 * k_lease);
        return;
      case 7:
        for (Guardian& guardian : m_facts.guardians)
          if (guardian.alive && guardian.host == host) kill(guardian);
        return;
      case 8:
        return freeze_commands(host);
      default:
        for (Process& process : m_facts.processes)
          if (Facts::is_on(process, host) && m_facts.chance(500))
            process.cut_until = m_facts.now + m_facts.between(100, 3 * k_lease);
    }
  }

  void kill(Guardian& guardian) {
    guardian.alive = false;
    // Under `kill` a command dies with its guardian.
    if (m_facts.setting.policy == OnLockLoss::kill)
      m_facts.commands[guardian.command].alive = false;
  }

  /// A guardian that is stopped cannot end its command: under `kill` for a moment only.
  void freeze_commands(int host) {
    const Ms longest = m_facts.setting.policy == OnLockLoss::kill ? k_lease / 4 : 5 * k_lease;
    const Ms until = m_facts.now + m_facts.between(100, longest);
    for (Guardian& guardian : m_facts.guardians)
      if (guardian.alive && guardian.host == host)
        guardian.frozen_until = m_facts.commands[guardian.command].frozen_until = until;
  }

  void power_fails(int host) {
    Host& on = m_facts.host_of(host);
    on.up = false;
    on.back_at = m_facts.now + m_facts.between(1000, 6 * k_lease);
    for (Process& process : m_facts.processes)
      if (process.host == host) process.alive = false;
    for (Guardian& guardian : m_facts.guardians)
      if (guardian.host == host) guardian.alive = false;
    for (Command& command : m_facts.commands) {
      if (command.host != host) continue;
      command.alive = false;
      command.leftover_until = 0;
    }
  }

  Facts& m_facts;
  Ms m_next_clock_step = 0;
};

}  // namespace slot_world
