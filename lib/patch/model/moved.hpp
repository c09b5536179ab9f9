// SPDX-License-Identifier: MIT
#pragma once

#include "patch/model/event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// Who brought a patch to its state.
struct Moved {
  std::uint64_t id = 0;  ///< of the event in the history
  std::string by, at;    ///< at: ISO 8601
  std::string event;     ///< `Promote`, of a move; `undo`, `attach`
  std::string state{};   ///< the current one
};

/// The last event of a history that moved the patch, undid a move, attached it or migrated it;
/// nullopt: none. @param state the patch's current one
std::optional<Moved> last_moved(const std::vector<Event>& events, const std::string& state);

}  // namespace upkeep::patch
