// SPDX-License-Identifier: MIT
// The table `slot`: the right to run one upgrade, as a lease with an epoch. GET_LOCK puts the
// waiters in a row; this row is what a holder that lost its connection and a new holder cannot both
// have, on a cluster whose GET_LOCK is local to a node too. Every method may throw db::Error.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/slot.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <optional>
#include <string>

namespace upkeep::upgrade {

class SlotStore {
 public:
  /// Keeps references to both; @param schema the control schema
  SlotStore(db::Connection& connection, RunStore& runs, const std::string& schema);

  /// Makes the rows 1..slots where they are missing.
  void ensure_slots(int slots);
  std::optional<SlotRow> row(int slot);
  /// The same, once nobody is changing it: what a session that was cut has sent may still be done.
  std::optional<SlotRow> row_at_rest(int slot);
  /// The slot that a run holds.
  std::optional<SlotRow> row_of_run(std::int64_t run);

  /// In one transaction: the slot is free, fewer than `slots` are taken over all, the run is still
  /// queued; then the run runs under the slot's next epoch. @param log the run's log, for the
  /// record @param from_queue the queue is not paused, and the rules of its sweep let it start,
  /// either: they count it from now on
  /// @returns nullopt where one of that does not hold.
  std::optional<Lease> take(int slot, int slots, const Run& run, const LeaseTerms& terms,
                            const std::string& log, bool from_queue);
  /// @returns whether the lease was still ours.
  bool renew(const Lease& lease);
  /// The run ends and the slot is free again, in one transaction.
  /// @param keep_slot the command left processes behind: the slot stays taken until the host lock
  /// is free
  /// @returns whether the run was still ours to end.
  bool end(const Lease& lease, const Ending& ending, bool keep_slot);
  /// Ends the run of a lease that is not ours and frees its slot, if the lease still has not been
  /// renewed for `leases` times the lease_s that its holder promised.
  /// @returns whether it was so.
  bool break_stale(const Lease& lease, const Ending& ending, int leases = 1);
  /// The run is queued again and the slot free, in one transaction, where the lease is still ours.
  /// @param why it could not be started; empty: it is not wanted now
  /// @returns whether the run was still ours
  bool give_back(const Lease& lease, const std::string& why = "");
  /// Frees the slot alone, where the epoch is still this one.
  void release(const Lease& lease);
  /// Within the transaction that pauses the queue. Every lease is taken by a write to one of these
  /// rows: on a cluster, of a lease that is taken on another node at this moment and of the pause
  /// only one is certified, and the other sees it.
  static void note_pause(db::Connection& connection, const std::string& schema);

 private:
  bool finish(const Lease& lease, const Ending& ending);
  std::optional<SlotRow> select(const std::string& where, std::int64_t value);
  db::Connection& m_connection;
  RunStore& m_runs;
  SweepStore m_sweeps;
  std::string m_slot;
};

}  // namespace upkeep::upgrade
