// SPDX-License-Identifier: MIT
// Takes moves back.
#pragma once

#include "patch/lifecycle/writer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// What an undo takes back, where nothing stands against it.
struct Undone {
  std::vector<Blocker> reasons;        ///< what stands against it; empty: done
  Event move;                          ///< without time that counted no more
  std::string from, to;                ///< the states of the move
  std::optional<std::string> release;  ///< the date of the release that goes with it
  std::vector<Event> kept;             ///< what was done after the move, and stays
};

class Undoer {
 public:
  /// @param connection, writer, positions, names stay the caller's
  Undoer(db::Connection& connection, LifecycleWriter& writer, const PositionReader& positions,
         const NameRule& names)
      : m_connection(connection), m_writer(writer), m_positions(positions), m_names(names) {}

  /// Takes the last move back, with its time and the release date that it set, where nothing has
  /// been ticked or voted since, and nobody has moved the patch since the caller saw it; the rest
  /// of what came after it stays. @throws Error(no)
  Undone undo(const Patch& seen, const std::string& why);

 private:
  /// Who may not take the step may not take it back.
  [[nodiscard]] std::optional<Blocker> forbidden(const State& before, const std::string& event);
  /// @throws Error(no) where there is none, or it has been built on
  [[nodiscard]] static const Replay::Move& last_move(const Replay& walk, const std::string& name);
  Undone take_back(LockedPatch& locked, const std::vector<Event>& events, const Replay::Move& last,
                   const std::string& why);

  db::Connection& m_connection;
  LifecycleWriter& m_writer;
  const PositionReader& m_positions;
  const NameRule& m_names;
};

}  // namespace upkeep::patch::lifecycle
