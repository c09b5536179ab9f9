// SPDX-License-Identifier: MIT
#include "patch/lifecycle/move_preview.hpp"

#include "patch/lifecycle/lookup.hpp"
#include "patch/lifecycle/state_dates.hpp"

#include <fmt/format.h>

namespace upkeep::patch::lifecycle {

std::string spelled_move(const Position& position, const std::string& event,
                         const config::Patch& config, const ArtifactType& type,
                         const std::string& now) {
  const Transition& one = transition_called(*position.state, event);
  std::string text = fmt::format("{} would move it from '{}' to '{}'", one.event,
                                 position.state->name, one.target);
  if (same_state(one.target, position.state->id)) return text;
  return text +
         spelled_dates(dates_on_entering(config, type, one.target, position.patch.fields, now));
}

}  // namespace upkeep::patch::lifecycle
