// SPDX-License-Identifier: MIT
// Who may use a slot, and what happens to a silent holder. The statements of SlotStore and RunStore
// apply the same conditions; everything that keeps two commands from running under one slot is
// here, in LeaseTimes and in guard::LeaseWatch.
#pragma once

#include "upgrade/model/run.hpp"
#include "upgrade/model/slot.hpp"

#include <string>

namespace upkeep::upgrade {

/// Whether the slot is still held under this very lease. The epoch distinguishes it from an earlier
/// lease of the same run: otherwise, a silent holder whose run was queued and taken again would
/// write into the new holder's.
bool holds(const SlotRow& row, const Lease& lease);

/// Whether writes under this lease may still change the run.
bool may_write(const Run& run, const Lease& lease);

/// Whether a process may take the slot. @param taken slots held over all hosts
/// @param slots as configured on its host: another host may have been configured with more
bool may_take(const SlotRow& row, int taken, int slots);

/// Whether the lease has not been renewed for the lease time that the holder itself stated. A
/// person may break such a lease; the holder's own host recovers its run.
bool is_stale(const SlotRow& row);

/// After this many leases without a renewal, a holder under policy `kill` has forfeited its slot.
constexpr int k_forfeit_leases = 2;

/// Whether another host may take over: only under policy `kill`, by which the holder's guardian has
/// terminated the command after one and a half leases. Under `finish` it is unknown whether the
/// command has ended. This is the only rule that trusts a clock, the server's: if that is stepped
/// forward by more than half a lease while a holder is silent, the holder is considered dead too
/// early.
bool is_forfeit(const SlotRow& row);

/// What a process that wants a slot does about its row.
enum class SlotStep {
  take,       ///< it is free; the host lock decides
  recover,    ///< its holder was started on this host: if it is dead, end its run
  take_over,  ///< its holder, on another host, must have terminated its command
  wait,       ///< its holder may still run a command
};
SlotStep next_step(const SlotRow& row, const std::string& host);

/// What is left on its host of a run that is recorded as running without a live ws-upgrade.
struct Remains {
  bool host_lock_is_free = false;  ///< no command, and no processes left behind by it
  bool has_status = false;         ///< from its guardian, with this run and epoch
  bool has_verdict = false;        ///< the status says how the command ended
  bool has_log = true;             ///< created just before the guardian starts; if in doubt, true
  Origin origin = Origin::queue;
};

enum class RecoveryStep {
  wait,         ///< its command, or a process it left behind, may be alive
  put_back,     ///< nothing was started: queue it again
  cancel,       ///< nothing was started, and nothing waits for it
  end_lost,     ///< it is unknown how it ended
  end_verdict,  ///< its guardian knows how it ended
};
RecoveryStep recovery_of(const Remains& remains);

}  // namespace upkeep::upgrade
