// SPDX-License-Identifier: MIT
// Where patches stand in their lifecycles, and the rules that hold for the caller.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/model/actor.hpp"

#include <cstdint>
#include <string>

namespace upkeep::patch::lifecycle {

/// A patch where it stands.
struct Position {
  Patch patch;
  const Definition* definition = nullptr;  ///< the library's
  const State* state = nullptr;            ///< the definition's
  Progress progress;

  [[nodiscard]] Situation situation() const { return {*definition, *state, progress, patch}; }
};

/// Reads positions; writes nothing.
class PositionReader {
 public:
  /// @param connection, library, names stay the caller's
  /// @param user whose roles count
  PositionReader(db::Connection& connection, Library& library, const NameRule& names,
                 const config::Patch& config, const std::string& user);
  PositionReader(const PositionReader&) = delete;
  PositionReader& operator=(const PositionReader&) = delete;

  [[nodiscard]] Library& library() noexcept { return m_library; }
  /// The rules for any patch; they know of no links.
  [[nodiscard]] const Rules& rules() const noexcept { return m_rules; }
  /// The rules as they are for one patch: links to it are looked up.
  [[nodiscard]] Rules rules_for(const Patch& patch);

  /// @throws Error(no) where the patch has no lifecycle, or a state that its lifecycle has not
  Position position(Patch patch);
  /// The same of the patch as it is now: its row and its events are of one moment.
  /// @throws as position(); Error(partial) where the patch has gone
  Position position_now(std::uint64_t id);

 private:
  db::Connection& m_connection;
  Library& m_library;
  const NameRule& m_names;
  Roles m_roles;
  Rules m_rules;
};

}  // namespace upkeep::patch::lifecycle
