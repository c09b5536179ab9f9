// SPDX-License-Identifier: MIT
// The commands, and the guardians that look after them.
#pragma once

#include "slot_world_facts.hpp"

namespace slot_world {

class Guardians {
 public:
  explicit Guardians(Facts& facts) : m_facts(facts) {}

  void step(Command& command) const {
    if (!command.alive || m_facts.now < command.frozen_until || m_facts.now < command.ends_at)
      return;
    command.alive = false;
  }

  void step(Guardian& guardian) {
    if (!guardian.alive || m_facts.now < guardian.frozen_until) return;
    Command& command = m_facts.commands[guardian.command];
    const Ms now = m_facts.boot_clock(guardian.host);
    const bool is_alone = !m_facts.processes[guardian.supervisor].alive;
    if (!command.alive && !guardian.has_verdict) conclude(guardian, command);
    const bool kills = guardian.watch.must_kill(is_alone || guardian.done, at_ms(now));
    if (kills && guardian.kill_at == k_never) terminate(guardian, command);
    if (now >= guardian.kill_at) {
      command.stopped = command.stopped || command.alive;
      command.alive = false;
      command.leftover_until = 0;
      if (!guardian.has_verdict) conclude(guardian, command);
    }
    const bool leaves = guardian.done || is_alone || guardian.watch.is_over(at_ms(now));
    if (guardian.has_verdict && leaves && m_facts.now >= command.leftover_until)
      guardian.alive = false;
  }

  void terminate(Guardian& guardian, Command& command) {
    guardian.kill_at =
        m_facts.boot_clock(guardian.host) +
        m_facts.rules.grace(guardian.watch, std::chrono::milliseconds(k_grace)).count();
    if (!command.alive || !command.obeys_term) return;
    command.stopped = true;
    command.ends_at = std::min(command.ends_at, m_facts.now + 300);
  }

  /// From here on the host lock is the guardian's and the command's.
  void start_command(Process& process, std::size_t index) {
    Command command;
    command.host = process.host;
    command.slot = process.lease.slot;
    command.run = process.run;
    command.ends_at = m_facts.now + m_facts.between(200, 3 * k_lease);
    command.obeys_term = m_facts.chance(700);
    command.fails = m_facts.chance(300);
    if (m_facts.chance(150))
      command.leftover_until = command.ends_at + m_facts.between(100, k_lease);
    const bool kills = m_facts.setting.policy == OnLockLoss::kill;
    Guardian guardian(guard::LeaseWatch(kills ? guard::Policy::kill : guard::Policy::finish,
                                        std::chrono::milliseconds(k_lease),
                                        at_ms(process.renewed_at)));
    guardian.host = process.host;
    guardian.slot = process.lease.slot;
    guardian.supervisor = index;
    guardian.command = m_facts.commands.size();
    guardian.lease = process.lease;
    m_facts.expect(++m_facts.stored(process.run).starts == 1,
                   "the command of a run was started twice");
    m_facts.expect(m_facts.stored_slot(process.lease.slot).holder == process.holder,
                   "a command was started under the lease of another");
    m_facts.commands.push_back(command);
    process.guardian = m_facts.guardians.size();
    m_facts.guardians.push_back(guardian);
    process.host_lock = 0;
    m_facts.host_of(process.host).runs[process.run].has_log = true;
  }

 private:
  void conclude(Guardian& guardian, const Command& command) {
    guardian.has_verdict = true;
    guardian.success = !command.fails && !command.stopped;
    Files& files = m_facts.host_of(guardian.host).runs[guardian.lease.run];
    files.has_status = files.has_verdict = true;
    files.epoch = guardian.lease.epoch;
    files.success = guardian.success;
    if (guardian.success) m_facts.stored(guardian.lease.run).succeeded = true;
  }

  Facts& m_facts;
};

}  // namespace slot_world
