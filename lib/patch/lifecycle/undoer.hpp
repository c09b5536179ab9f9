// SPDX-License-Identifier: MIT
// Undoes moves.
#pragma once

#include "patch/lifecycle/attested.hpp"
#include "patch/lifecycle/writer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// What an undo removes, if nothing blocks it.
struct Undone {
  std::vector<Blocker> reasons;               ///< what blocks it; empty: done
  Event move;                                 ///< without time that no longer counted
  std::string from, to;                       ///< the states of the move
  std::optional<std::string> release;         ///< the time of release, which is removed as well
  std::optional<std::string> release_before;  ///< the one that holds again
  std::vector<Change> dates;                  ///< dates of its fields, which are removed as well
  std::vector<StaleTick> cleared;  ///< ticks that do not come back: they attest other values
  std::vector<Event> kept;         ///< later events that are kept
};

class Undoer {
 public:
  /// @param connection, writer, positions, names, config not owned
  Undoer(db::Connection& connection, LifecycleWriter& writer, const PositionReader& positions,
         const NameRule& names, const config::Patch& config)
      : m_connection(connection),
        m_writer(writer),
        m_positions(positions),
        m_names(names),
        m_config(config) {}

  /// Undoes the last move, with its time and the dates that it set, provided that nothing
  /// was ticked or voted since and the patch has not moved since the caller read it; other later
  /// changes are kept. @param stay as Expected::stay. @throws Error(no)
  Undone undo(const Patch& seen, const std::string& why, const std::string& stay = {});

 private:
  /// A caller who may not make a move may not undo it.
  [[nodiscard]] std::optional<Blocker> forbidden(const State& before, const std::string& event);
  /// @throws Error(no) if there is none, or something was done since
  [[nodiscard]] static const Replay::Move& last_move(const Replay& walk, const std::string& name);
  Undone take_back(LockedPatch& locked, const std::vector<Event>& events, const Replay::Move& last,
                   const std::string& why);
  void take_back_release(const LockedPatch& locked, Undone& undone, std::vector<Change>& changes);
  std::vector<StaleTick> clear_stale(LockedPatch& locked, const std::vector<Event>& events,
                                     const Replay::Move& last);

  db::Connection& m_connection;
  LifecycleWriter& m_writer;
  const PositionReader& m_positions;
  const NameRule& m_names;
  const config::Patch& m_config;
};

}  // namespace upkeep::patch::lifecycle
