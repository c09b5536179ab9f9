// SPDX-License-Identifier: MIT
// The server: each member is one transaction.
#pragma once

#include "slot_world_facts.hpp"

namespace slot_world {

class Server {
 public:
  explicit Server(Facts& facts) : m_facts(facts) {}

  SlotRow read(int slot) {
    StoredSlot& stored = m_facts.stored_slot(slot);
    stored.row.idle = std::chrono::milliseconds(m_facts.server_now() - stored.renewed_at);
    return stored.row;
  }

  bool finish(const Lease& lease, RunState state, Holder holder) {
    StoredRun& run = m_facts.stored(lease.run);
    if (!m_facts.rules.may_write(run.run, lease)) return false;
    set_state(run, state, holder);
    return true;
  }

  void release(const Lease& lease, Holder holder) {
    StoredSlot& slot = m_facts.stored_slot(lease.slot);
    if (!m_facts.rules.holds(slot.row, lease)) return;
    m_facts.expect(slot.holder == holder, "a stale holder freed a slot");
    m_facts.expect(!m_facts.runs_a_command(lease.run), "a slot was freed while its command runs");
    slot.row.run.reset();
    slot.row.server.reset();
    slot.place = 0;
    slot.holder = 0;
  }

  bool take(Process& process) {
    StoredSlot& slot = m_facts.stored_slot(process.seen.slot);
    StoredRun& run = m_facts.stored(process.run);
    const auto taken =
        static_cast<int>(std::count_if(m_facts.slots.begin(), m_facts.slots.end(), [&](auto& one) {
          return one.row.run && one.row.slot != slot.row.slot;
        }));
    const int slots = m_facts.setting.slots[static_cast<std::size_t>(process.host)];
    if (!m_facts.rules.may_take(slot.row, taken, slots) || run.run.state != RunState::queued)
      return false;
    m_facts.expect(taken < slots, "a slot was taken beyond those that its host knows");
    const auto beside = m_facts.places_beside(process.run, slot.row.slot);
    const auto place = m_facts.rules.free_place(beside, m_facts.bound_of(process.run));
    const bool is_unique =
        place && std::find(beside.begin(), beside.end(), *place) == beside.end();  // the key
    if (!is_unique) return false;
    slot.row.server = run.run.server;
    slot.place = *place;
    slot.row.epoch += 1;
    slot.row.run = process.run;
    slot.row.host = k_hosts[static_cast<std::size_t>(process.host)];
    slot.row.policy = m_facts.setting.policy;
    slot.row.lease = std::chrono::seconds(k_lease_s);
    slot.renewed_at = m_facts.server_now();
    slot.holder = run.holder = ++m_facts.last_holder;
    run.run.state = RunState::running;
    run.run.epoch = slot.row.epoch;
    run.run.slot = slot.row.slot;
    run.run.host = slot.row.host;
    return true;
  }

  bool renew(const Lease& lease, Holder holder) {
    StoredSlot& slot = m_facts.stored_slot(lease.slot);
    if (!m_facts.rules.holds(slot.row, lease)) return false;
    m_facts.expect(slot.holder == holder, "a stale holder renewed a lease");
    slot.renewed_at = m_facts.server_now();
    return true;
  }

 private:
  void set_state(StoredRun& stored, RunState state, Holder holder) {
    m_facts.expect(upgrade::is_active(stored.run.state), "a run that had ended was changed");
    m_facts.expect(stored.holder == holder, "a stale holder wrote to a run");
    m_facts.expect(state != RunState::succeeded || stored.succeeded, "a success that was none");
    stored.run.state = state;
    if (state == RunState::queued) stored.run.epoch.reset();
  }

  Facts& m_facts;
};

}  // namespace slot_world
