// SPDX-License-Identifier: MIT
// The tables `sweep` and `stop`: the rules of sweeps, their progress over all hosts, and the sweeps
// and drains that a rule has ended.
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
  /// The names of sweeps that start nothing: stopped, or past their --until.
  std::vector<std::string> stopped();
  /// Starts a sweep of this name: its rules are replaced, its counts start at 0, a stop is ended.
  /// Call it within the transaction that adopts the runs left from the last one.
  void begin(const std::string& name, const SweepRules& rules, WallTime due_at,
             const std::string& who);
  /// Sweep::resume(). Call it within a transaction that also excludes the running runs from its
  /// counts (RunStore::leave_count()). @returns whether it was stopped
  bool resume(const std::string& name, WallTime now);

  /// Call within the transaction that takes a lease: starts one run of the sweep, if its rules
  /// allow it at this moment. Writes the row, so that it is certified by the nodes of a cluster.
  /// @returns how the run is counted; nullopt: it must not start
  std::optional<SweepPart> start(const std::string& name);
  /// Call within the transaction that ends a run counted by start(): counts its end, and stops the
  /// sweep if that breaks a rule.
  void end(const std::string& name, SweepPart part, RunState ending);
  /// Call within the transaction that queues such a run again: uncounts it.
  void give_back(const std::string& name);
  /// Stops the sweeps that are past their --until and have runs left.
  void stop_late();
  /// The running canaries for which due runs of their sweeps are waiting.
  std::vector<std::int64_t> awaited_canaries();

  /// Records that a rule has ended a single drain. A pause is recorded once.
  void record(const Stop& stop, const std::string& host);
  /// The stops in [from, to), in order. Sweeps past their --until are included before a drain has
  /// recorded them. For a sweep that is still stopped, `left` is the number of its runs that are
  /// queued now.
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
