// SPDX-License-Identifier: MIT
// The ws-upgrades: they take runs, follow them to their end, and recover those that others left.
#pragma once

#include "slot_world_guardian.hpp"
#include "slot_world_server.hpp"

namespace slot_world {

class Upgrades {
 public:
  Upgrades(Facts& facts, Server& server, Guardians& guardians)
      : m_facts(facts), m_server(server), m_guardians(guardians) {}

  void step(Process& process, std::size_t index) {
    if (!process.alive || m_facts.now < process.frozen_until) return;
    switch (process.phase) {
      case Phase::seek:
        return seek(process);
      case Phase::chosen:
        return act(process);
      case Phase::take:
        return take_slot(process);
      case Phase::look:
        if (m_facts.now >= process.until) process.phase = Phase::starting;
        return;
      case Phase::starting:
        return start(process, index);
      case Phase::running:
        return follow(process);
      case Phase::dismiss:
        if (!m_facts.guardians[*process.guardian].alive || m_facts.now >= process.until)
          begin_record(process);
        return;
      case Phase::record:
      case Phase::put_back:
        return record(process);
      case Phase::recover:
        return finish_recovery(process);
    }
  }

 private:
  static void rest(Process& process) {
    process.phase = Phase::seek;
    process.run = 0;
    process.host_lock = 0;
    process.in_doubt = false;
  }

  void seek(Process& process) {
    if (!m_facts.reaches_server(process)) return;
    auto& known = m_facts.host_of(process.host).runs;
    if (!known.empty() && m_facts.chance(100)) {
      auto one = known.begin();
      std::advance(one, m_facts.between(0, static_cast<Ms>(known.size()) - 1));
      return recover(process, one->first);
    }
    const int slots = m_facts.setting.slots[static_cast<std::size_t>(process.host)];
    process.seen = m_server.read(static_cast<int>(m_facts.between(1, slots)));
    process.seen_holder = m_facts.stored_slot(process.seen.slot).holder;
    process.phase = Phase::chosen;
    process.until = m_facts.now + m_facts.between(0, 800);
  }

  /// Upon what was read a moment ago: meanwhile it may have changed.
  void act(Process& process) {
    if (m_facts.now < process.until) return;
    if (!m_facts.reaches_server(process)) return rest(process);
    switch (
        m_facts.rules.next_step(process.seen, k_hosts[static_cast<std::size_t>(process.host)])) {
      case SlotStep::take:
        return choose_run(process);
      case SlotStep::take_over: {
        const Lease lease{process.seen.slot, process.seen.epoch, *process.seen.run};
        const SlotRow now = m_server.read(lease.slot);
        const std::string host = k_hosts[static_cast<std::size_t>(process.host)];
        const bool still = !m_facts.rules.looks_again ||
                           (m_facts.rules.holds(now, lease) &&
                            m_facts.rules.next_step(now, host) == SlotStep::take_over);
        if (still) {
          m_server.finish(lease, RunState::lost, process.seen_holder);
          m_server.release(lease, process.seen_holder);
        }
        return rest(process);
      }
      case SlotStep::recover:
        return recover(process, *process.seen.run);
      case SlotStep::wait:
        return rest(process);
    }
  }

  void choose_run(Process& process) {
    const int slot = process.seen.slot;
    const auto next =
        std::find_if(m_facts.runs.begin(), m_facts.runs.end(), [&](const StoredRun& stored) {
          return stored.run.state == RunState::queued &&
                 m_facts.rules.free_place(m_facts.places_beside(stored.run.id, slot),
                                          m_facts.bound_of(stored.run.id));
        });
    if (next == m_facts.runs.end() || !m_facts.host_lock_is_free(process.host, slot) ||
        !m_facts.run_lock_is_free(process.host, next->run.id)) {
      return rest(process);
    }
    process.run = next->run.id;
    process.host_lock = slot;
    process.renewed_at = m_facts.boot_clock(process.host);
    m_facts.host_of(process.host).runs[process.run] = Files{};
    process.phase = Phase::take;
  }

  void take_slot(Process& process) {
    if (!m_facts.reaches_server(process)) {
      if (!process.in_doubt) rest(process);
      return;
    }
    bool taken = false;
    if (process.in_doubt) {
      const SlotRow row = m_server.read(process.seen.slot);
      taken = row.run == process.run && row.host == k_hosts[static_cast<std::size_t>(process.host)];
    } else {
      taken = m_server.take(process);
      if (taken && m_facts.answer_is_lost(process)) {
        process.in_doubt = true;
        return;
      }
    }
    if (!taken) {
      m_facts.host_of(process.host).runs.erase(process.run);
      return rest(process);
    }
    const StoredSlot& slot = m_facts.stored_slot(process.seen.slot);
    process.in_doubt = false;
    process.lease = {slot.row.slot, slot.row.epoch, process.run};
    process.holder = slot.holder;
    process.phase = Phase::look;
    process.until = m_facts.now + m_facts.between(0, k_lease / 2);
    process.renew_at = m_facts.boot_clock(process.host);
    process.lost = false;
  }

  /// @returns whether something was heard of the lease
  bool keep_lease(Process& process) {
    const upgrade::LeaseTimes times{std::chrono::seconds(k_lease_s)};
    const Ms now = m_facts.boot_clock(process.host);
    if (process.lost || now < process.renew_at) return false;
    process.renew_at = now + times.before_retry().count();
    if (!m_facts.reaches_server(process)) return false;
    const bool renewed = m_server.renew(process.lease, process.holder);
    if (m_facts.answer_is_lost(process)) return false;
    process.lost = !renewed;
    if (!renewed) return true;
    process.renewed_at = now;
    process.renew_at = now + times.between_renewals().count();
    return true;
  }

  void start(Process& process, std::size_t index) {
    const upgrade::LeaseTimes times{std::chrono::seconds(k_lease_s)};
    if (!process.lost && m_facts.rules.is_fresh(times, at_ms(process.renewed_at),
                                                at_ms(m_facts.boot_clock(process.host)))) {
      m_guardians.start_command(process, index);
      process.phase = Phase::running;
      return;
    }
    keep_lease(process);
    if (!process.lost && m_facts.now < process.until + k_lease) return;
    process.host_lock = 0;
    process.phase = Phase::put_back;
    process.until = m_facts.now + k_lease;
  }

  void follow(Process& process) {
    Guardian& guardian = m_facts.guardians[*process.guardian];
    keep_lease(process);
    guardian.watch.renewed(at_ms(process.renewed_at), at_ms(m_facts.boot_clock(process.host)));
    const bool kills = process.lost && m_facts.setting.policy == OnLockLoss::kill;
    if (kills && guardian.alive && guardian.kill_at == k_never)
      m_guardians.terminate(guardian, m_facts.commands[guardian.command]);
    if (guardian.has_verdict) {
      const Command& command = m_facts.commands[guardian.command];
      process.ending = guardian.success ? RunState::succeeded : RunState::failed;
      if (command.stopped) process.ending = RunState::lost;
      guardian.done = true;
      process.phase = Phase::dismiss;
      process.until = m_facts.now + 2000;
    } else if (!guardian.alive && m_facts.host_lock_is_free(process.host, process.lease.slot)) {
      process.ending = RunState::lost;  // nobody saw how the command ended
      begin_record(process);
    }
  }

  static void begin_record(Process& process, Ms now) {
    process.phase = Phase::record;
    process.until = now + k_lease;
  }
  void begin_record(Process& process) const { begin_record(process, m_facts.now); }

  void record(Process& process) {
    if (!m_facts.reaches_server(process)) {
      if (m_facts.now >= process.until) process.alive = false;  // the verdict waits in its file
      return;
    }
    if (process.phase == Phase::put_back) {
      m_server.finish(process.lease, RunState::queued, process.holder);
      m_server.release(process.lease, process.holder);
    } else {
      m_server.finish(process.lease, process.ending, process.holder);
      if (m_facts.host_lock_is_free(process.host, process.lease.slot))
        m_server.release(process.lease, process.holder);
    }
    if (m_facts.answer_is_lost(process)) return;  // once more
    if (m_facts.host_lock_is_free(process.host, process.lease.slot))
      m_facts.host_of(process.host).runs.erase(process.run);
    process.alive = false;
  }

  // --- recovery

  void recover(Process& process, Ms id) {
    StoredRun& run = m_facts.stored(id);
    const bool abandoned = m_facts.run_lock_is_free(process.host, id);
    rest(process);
    Host& on = m_facts.host_of(process.host);
    if (!on.runs.contains(id)) return;
    if (abandoned) process.run = id;
    const bool here = run.run.host == std::string(k_hosts[static_cast<std::size_t>(process.host)]);
    process.lease = {static_cast<int>(run.run.slot.value_or(1)), run.run.epoch.value_or(0), id};
    process.seen_holder = run.holder;
    if (run.run.state != RunState::running) {
      if (abandoned) recover_ended(process, here);
      return;
    }
    const bool frozen = is_held_by_stale(process, id);
    if (!here || (!abandoned && !frozen)) return;
    const Files& files = on.runs[id];
    upgrade::Remains remains;
    remains.host_lock_is_free = m_facts.host_lock_is_free(process.host, process.lease.slot);
    remains.has_status = files.has_status && files.epoch == process.lease.epoch;
    remains.has_verdict = files.has_verdict;
    remains.has_log = files.has_log;
    process.recovery = m_facts.rules.recovery_of(remains);
    process.ending = files.success ? RunState::succeeded : RunState::failed;
    if (process.recovery == RecoveryStep::end_lost) process.ending = RunState::lost;
    if (process.recovery == RecoveryStep::wait) return;
    if (remains.host_lock_is_free) process.host_lock = process.lease.slot;
    process.phase = Phase::recover;
    process.until = m_facts.now + m_facts.between(0, 800);
  }

  bool is_held_by_stale(const Process& process, Ms run) {
    for (const StoredSlot& slot : m_facts.slots) {
      if (slot.row.run != run) continue;
      const SlotRow row = m_server.read(slot.row.slot);
      return row.host == k_hosts[static_cast<std::size_t>(process.host)] &&
             m_facts.rules.is_stale(row);
    }
    return false;
  }

  /// Its end is recorded; what it left behind may have kept the slot until now.
  void recover_ended(Process& process, bool here) {
    const Ms id = process.run;
    for (StoredSlot& slot : m_facts.slots) {
      if (slot.row.run != id || !here) continue;
      if (!m_facts.host_lock_is_free(process.host, slot.row.slot)) return rest(process);
      m_server.release({slot.row.slot, slot.row.epoch, id}, slot.holder);
    }
    m_facts.host_of(process.host).runs.erase(id);
    rest(process);
  }

  void finish_recovery(Process& process) {
    if (m_facts.now < process.until) return;
    if (!m_facts.reaches_server(process)) return rest(process);
    const Ms id = process.lease.run;
    const bool unstarted = process.recovery == RecoveryStep::put_back;
    const RunState state = unstarted ? RunState::queued : process.ending;
    m_server.finish(process.lease,
                    process.recovery == RecoveryStep::cancel ? RunState::cancelled : state,
                    process.seen_holder);
    m_server.release(process.lease, process.seen_holder);
    if (!m_facts.answer_is_lost(process)) m_facts.host_of(process.host).runs.erase(id);
    rest(process);
  }

  Facts& m_facts;
  Server& m_server;
  Guardians& m_guardians;
};

}  // namespace slot_world
