// SPDX-License-Identifier: MIT
#include "upgrade/model/slot_rules.hpp"

namespace upkeep::upgrade {

bool holds(const SlotRow& row, const Lease& lease) {
  return row.slot == lease.slot && row.epoch == lease.epoch && row.run == lease.run;
}

bool may_write(const Run& run, const Lease& lease) {
  return run.id == lease.run && run.state == RunState::running && run.slot == lease.slot &&
         run.epoch == lease.epoch;
}

bool may_take(const SlotRow& row, int taken, int slots) {
  return !row.run && taken < slots;
}

bool is_stale(const SlotRow& row) {
  return row.idle >= row.lease;
}

bool is_forfeit(const SlotRow& row) {
  return row.policy == config::OnLockLoss::kill && row.idle >= k_forfeit_leases * row.lease;
}

SlotStep next_step(const SlotRow& row, const std::string& host) {
  if (!row.run) return SlotStep::take;
  if (row.host == host) return SlotStep::recover;
  return is_forfeit(row) ? SlotStep::take_over : SlotStep::wait;
}

RecoveryStep recovery_of(const Remains& remains) {
  if (!remains.host_lock_is_free) return RecoveryStep::wait;
  if (!remains.has_status && !remains.has_log)
    return remains.origin == Origin::queue ? RecoveryStep::put_back : RecoveryStep::cancel;
  return remains.has_status && remains.has_verdict ? RecoveryStep::end_verdict
                                                   : RecoveryStep::end_lost;
}

}  // namespace upkeep::upgrade
