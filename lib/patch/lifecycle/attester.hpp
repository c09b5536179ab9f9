// SPDX-License-Identifier: MIT
// What an archive proves of its patch: its jars, and items of the checklist.
#pragma once

#include "patch/lifecycle/writer.hpp"
#include "patch/store/jar_store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// What an archive that was checked says of its patch.
struct Proof {
  std::string sha256;                      ///< of the archive
  std::string evidence;                    ///< which archive it was, for the history
  std::optional<std::vector<Jar>> jars{};  ///< to be recorded; none: they are not
  std::vector<Jar> seen{};                 ///< what was recorded when the archive was checked
  /// Whether items are ticked, and which ones it proves, each with what was looked at.
  bool tick = false;
  std::map<std::string, std::string> items{};
};

/// What became of it. Names of items.
struct Attested {
  bool recorded = false;  ///< other jars than before
  std::vector<std::string> ticked, unticked;
  std::vector<Blocker> reasons;  ///< what stands against a tick
};

class Attester {
 public:
  /// @param connection, writer, positions stay the caller's
  Attester(db::Connection& connection, LifecycleWriter& writer, PositionReader& positions)
      : m_connection(connection), m_writer(writer), m_positions(positions) {}

  /// Records an archive's jars and ticks what it proves, as one act. What another archive has
  /// proved in this state is ticked no longer: what one archive proves says nothing of another.
  /// @param seen where the patch stood when the archive was judged, or only its id for recording.
  /// @throws Error(no) where other jars were recorded since
  Attested attest(const Patch& seen, const Proof& proof);

 private:
  [[nodiscard]] std::optional<Position> position_for(const Proof& proof, Patch patch);
  std::vector<std::string> untick_stale(LockedPatch& locked, const Proof& proof);
  [[nodiscard]] Attested tick_proved(LockedPatch& locked, const Proof& proof);

  db::Connection& m_connection;
  LifecycleWriter& m_writer;
  PositionReader& m_positions;
};

}  // namespace upkeep::patch::lifecycle
