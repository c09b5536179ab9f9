// SPDX-License-Identifier: MIT
// The positions of patches in their lifecycles, and the rules that apply to the caller.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/model/actor.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// A patch with its position.
struct Position {
  Patch patch;
  const Definition* definition = nullptr;  ///< owned by the library
  const State* state = nullptr;            ///< owned by the definition
  Progress progress;

  [[nodiscard]] Situation situation() const { return {*definition, *state, progress, patch}; }
};

/// Reads positions; writes nothing.
class PositionReader {
 public:
  /// @param connection, library, names not owned
  /// @param user whose roles apply
  PositionReader(db::Connection& connection, Library& library, const NameRule& names,
                 const config::Patch& config, const std::string& user);
  PositionReader(const PositionReader&) = delete;
  PositionReader& operator=(const PositionReader&) = delete;

  [[nodiscard]] Library& library() noexcept { return m_library; }
  /// The rules for any patch, without its links.
  [[nodiscard]] const Rules& rules() const noexcept { return m_rules; }
  /// The rules for one patch: links to it are looked up.
  [[nodiscard]] Rules rules_for(const Patch& patch);

  /// @throws Error(no) if the patch has no lifecycle, or a state that its lifecycle lacks
  Position position(Patch patch);
  /// @param events of the patch, oldest first, at least those of k_of_position_sql
  Position position(Patch patch, const std::vector<Event>& events);
  /// The current position: row and events are from the same snapshot.
  /// @throws as position(); Error(partial) if the patch no longer exists
  Position position_now(std::uint64_t id);

 private:
  Position place(Patch patch, const std::function<Replay(const Patch&)>& walked);

  db::Connection& m_connection;
  Library& m_library;
  const NameRule& m_names;
  Roles m_roles;
  Rules m_rules;
};

}  // namespace upkeep::patch::lifecycle
