// SPDX-License-Identifier: MIT
// Applies what an archive proves about its patch: its jars, and items of the checklist.
#pragma once

#include "patch/lifecycle/tick_guard.hpp"
#include "patch/lifecycle/writer.hpp"
#include "patch/store/jar_store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// What a checked archive proves about its patch.
struct Proof {
  std::string sha256;                      ///< of the archive
  std::string evidence;                    ///< the archive, for the history
  std::string why{};                       ///< the reason, which `evidence` includes
  std::optional<std::vector<Jar>> jars{};  ///< to be recorded; none: nothing is recorded
  std::vector<Jar> seen{};                 ///< recorded jars when the archive was checked
  /// Whether to tick items, and the items that it proves, each with the evidence.
  bool tick = false;
  std::map<std::string, std::string> items{};
};

/// The result. Names of items.
struct Attested {
  bool recorded = false;  ///< the jars differ from those recorded before
  std::vector<std::string> ticked, unticked;
  std::vector<std::string> cleared;  ///< ticks that attested other jars
  std::vector<Blocker> reasons;      ///< what blocks a tick
};

class Attester {
 public:
  /// @param connection, writer, positions, guard not owned
  Attester(db::Connection& connection, LifecycleWriter& writer, PositionReader& positions,
           TickGuard& guard)
      : m_connection(connection), m_writer(writer), m_positions(positions), m_guard(guard) {}

  /// Records an archive's jars and ticks what it proves, in one action. Items proven by another
  /// archive in this state are unticked: the proof of one archive says nothing about another.
  /// @param seen the patch when the archive was checked, or only its id for recording
  /// Ticks that attest other jars than the recorded ones are removed as well.
  /// @throws Error(no) if other jars were recorded since; Error(no|not_permitted) if the patch is
  /// released and other jars need a reason or a role
  Attested attest(const Patch& seen, const Proof& proof);

 private:
  void record(LockedPatch& locked, const Proof& proof, Attested& done);
  [[nodiscard]] std::optional<Position> position_for(const Proof& proof, Patch patch);
  std::vector<std::string> untick_stale(LockedPatch& locked, const Proof& proof);
  [[nodiscard]] Attested tick_proved(LockedPatch& locked, const Proof& proof);

  db::Connection& m_connection;
  LifecycleWriter& m_writer;
  PositionReader& m_positions;
  TickGuard& m_guard;
};

}  // namespace upkeep::patch::lifecycle
