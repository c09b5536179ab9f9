// SPDX-License-Identifier: MIT
// Who may use a slot, and what becomes of a holder that is silent. The statements of SlotStore and
// RunStore write under the same conditions; what keeps two commands from running under one slot is
// all here, in LeaseTimes and in guard::LeaseWatch.
#pragma once

#include "upgrade/model/run.hpp"
#include "upgrade/model/slot.hpp"

#include <string>

namespace upkeep::upgrade {

/// Whether the slot is still held under this very lease. The epoch tells a lease from an earlier
/// one of the same run: without it, a holder that was silent while its run was queued and taken
/// again would write into the new holder's.
bool holds(const SlotRow& row, const Lease& lease);

/// Whether what is written under this lease may still change the run.
bool may_write(const Run& run, const Lease& lease);

/// Whether a process may take the slot. @param taken slots that are held over all hosts
/// @param slots as many as its host is configured with: another host may have been configured with
/// more
bool may_take(const SlotRow& row, int taken, int slots);

/// Not renewed for as long as the holder itself promised to be gone by. A person may break such a
/// lease; its own host recovers what it held.
bool is_stale(const SlotRow& row);

/// Without a renewal for so many leases, a holder under policy `kill` has forfeited its slot.
constexpr int k_forfeit_leases = 2;

/// Whether another host may take over: only under policy `kill`, where the holder's guardian has
/// ended the command after one lease and half of another. Under `finish` nobody knows whether the
/// command has ended. This is the one rule that trusts a clock, the server's: where that is stepped
/// forward by more than half a lease while a holder is silent, the holder is taken for dead early.
bool is_forfeit(const SlotRow& row);

/// What a process that wants a slot does about its row.
enum class SlotStep {
  take,       ///< it is free; the host lock decides
  recover,    ///< its holder was started on this host: if it is gone, its run is ended
  take_over,  ///< its holder, on another host, has ended its command by now
  wait,       ///< its holder may still run a command
};
SlotStep next_step(const SlotRow& row, const std::string& host);

/// What is left on its host of a run that is recorded as running and that no living ws-upgrade
/// looks after.
struct Remains {
  bool host_lock_is_free = false;  ///< no command, and nothing that it left behind
  bool has_status = false;         ///< its guardian's, of this very run and epoch
  bool has_verdict = false;        ///< and how the command ended
  bool has_log = true;             ///< made just before the guardian starts; if in doubt, true
  Origin origin = Origin::queue;
};

enum class RecoveryStep {
  wait,         ///< its command, or what that left behind, may be alive
  put_back,     ///< nothing was started: it is queued again
  cancel,       ///< nothing was started, and nobody waits for it any more
  end_lost,     ///< nobody saw how it ended
  end_verdict,  ///< its guardian did
};
RecoveryStep recovery_of(const Remains& remains);

}  // namespace upkeep::upgrade
