// SPDX-License-Identifier: MIT
// The table `slot`: the right to run one upgrade, as a lease with an epoch. GET_LOCK puts the
// waiting processes in order; the row ensures that a holder that lost its connection and a new
// holder never both have the slot, even on a cluster whose GET_LOCK is local to a node. Every
// method may throw db::Error.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/slot.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The result of SlotStore::move().
enum class Move {
  moved,
  full,  ///< the server has no place left: nothing was changed, or the server was recorded
  lost,  ///< the lease was no longer ours
};

class SlotStore {
 public:
  /// Keeps references to `connection` and `runs`. @param schema the control schema
  SlotStore(db::Connection& connection, RunStore& runs, const std::string& schema);

  /// Creates the missing rows of 1..slots.
  void ensure_slots(int slots);
  std::optional<SlotRow> row(int slot);
  /// The same, after waiting for other transactions: statements of a lost session may still be
  /// running.
  std::optional<SlotRow> row_at_rest(int slot);
  /// The leases whose runs have a place on a server.
  std::vector<SlotRow> on_servers();
  /// The slot that a run holds.
  std::optional<SlotRow> row_of_run(std::int64_t run);

  /// In one transaction: if the slot is free, fewer than `bounds` allows are taken over all and on
  /// the server of the run, and the run is still queued, it becomes running under the slot's next
  /// epoch, with a place on its server. @param log the run's log, to be
  /// recorded. @param from_queue also requires that the queue is not paused and that the rules of
  /// its sweep let it start; the sweep counts it from now on
  /// @returns nullopt if a condition is not met
  std::optional<Lease> take(int slot, const SlotBounds& bounds, const Run& run,
                            const LeaseTerms& terms, const std::string& log, bool from_queue);
  /// For a run whose workspace turned out to be on another server: records that, and gives the
  /// lease a place there in exchange for the one that it has.
  /// @param slots the bound of that server; nullopt: none
  Move move(const Lease& lease, const std::string& server, std::optional<int> slots);
  /// @returns whether the lease was still ours
  bool renew(const Lease& lease);
  /// Ends the run and frees the slot, in one transaction.
  /// @param keep_slot the command left processes behind: the slot stays taken until the host lock
  /// is free
  /// @returns whether the run was still under our lease
  bool end(const Lease& lease, const Ending& ending, bool keep_slot);
  /// Ends the run of another process's lease and frees its slot, if the lease has still not been
  /// renewed for `leases` times the lease_s that its holder promised.
  /// @returns whether it did
  bool break_stale(const Lease& lease, const Ending& ending, int leases = 1);
  /// Queues the run again and frees the slot, in one transaction, if the lease is still ours.
  /// @param why it could not be started; empty: it was not wanted now
  /// @returns whether the lease was still ours
  bool give_back(const Lease& lease, const std::string& why = "");
  /// Frees only the slot, if the epoch is still the same.
  void release(const Lease& lease);
  /// Call it within the transaction that pauses the queue. Every lease is taken by a write to one
  /// of these rows. So on a cluster, if a pause and a lease are written on two nodes at the same
  /// moment, only one of them is certified, and the other transaction then sees it.
  static void note_pause(db::Connection& connection, const std::string& schema);

 private:
  bool finish(const Lease& lease, const Ending& ending);
  std::vector<SlotRow> select(const std::string& where, const std::vector<db::Param>& params);
  std::optional<SlotRow> first(const std::string& where, std::int64_t value);
  db::Rows held();
  struct Others;
  static Others others_in(const db::Rows& rows, int slot, const std::optional<std::string>& server);
  bool find_place(int slot, const std::string& server, const Others& others,
                  std::optional<int> slots);
  db::Connection& m_connection;
  RunStore& m_runs;
  SweepStore m_sweeps;
  std::string m_slot;
};

}  // namespace upkeep::upgrade
