// SPDX-License-Identifier: MIT
// The tables `sweep` and `stop`: the rules of a night's work, how far it has got under them over
// all hosts, and what a rule has ended.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/sweep.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::upgrade {

/// Every method may throw db::Error.
class SweepStore {
 public:
  /// Keeps a reference to the connection. @param schema the control schema
  SweepStore(db::Connection& connection, const std::string& schema);

  std::optional<Sweep> find(const std::string& name);
  /// The names of those that start nothing: stopped, or past their --until.
  std::vector<std::string> stopped();
  /// Begins a sweep of this name: its rules are replaced, its counts start at 0, a stop is over.
  /// Within the transaction that adopts the runs it has left.
  void begin(const std::string& name, const SweepRules& rules, WallTime due_at,
             const std::string& who);
  /// Within a transaction that also leaves out of its counts what still runs
  /// (RunStore::leave_count()): Sweep::resume(). @returns whether it was stopped
  bool resume(const std::string& name, WallTime now);

  /// Within the transaction that takes a lease: one run of the sweep starts, where its rules allow
  /// it at this moment. Writes the row, so that it is certified over the nodes of a cluster.
  /// @returns what the run counts as; nullopt: it must not start
  std::optional<SweepPart> start(const std::string& name);
  /// Within the transaction that ends a run which start() has counted: counts its end, and stops
  /// the sweep where that breaks a rule.
  void end(const std::string& name, SweepPart part, RunState ending);
  /// Within the transaction that queues such a run again: as if it had never started.
  void give_back(const std::string& name);
  /// Stops the sweeps that are past their --until and have runs left.
  void stop_late();
  /// The running canaries of sweeps with due runs that wait for their end.
  std::vector<std::int64_t> awaited_canaries();

  /// Records what a rule of a single drain has ended. A pause is recorded once.
  void record(const Stop& stop, const std::string& host);
  /// What was ended in [from, to), in order. Sweeps that are past their --until are among them
  /// before any drain has recorded it. Where a sweep is still stopped, `left` is how many it keeps
  /// in the queue now.
  std::vector<Stop> stops(WallTime from, WallTime to);

 private:
  struct Locked {
    Sweep sweep;
    WallTime now;  ///< the server's
  };
  std::optional<Locked> lock(const std::string& name);
  void save(const Sweep& sweep);
  void stop(const Sweep& sweep, StopRule rule);
  std::int64_t left(const std::string& name);
  db::Connection& m_connection;
  std::string m_sweep, m_stop, m_run, m_pause;
};

}  // namespace upkeep::upgrade
