// SPDX-License-Identifier: MIT
#include "patch/model/moved.hpp"

#include <algorithm>

namespace upkeep::patch {

std::optional<Moved> last_moved(const std::vector<Event>& events, const std::string& state) {
  const auto last = std::find_if(events.rbegin(), events.rend(), [](const Event& one) {
    return one.kind == EventKind::move || one.kind == EventKind::undo ||
           one.kind == EventKind::attach || one.kind == EventKind::migrate;
  });
  if (last == events.rend()) return std::nullopt;
  const bool is_move = last->kind == EventKind::move && !last->changes.empty();
  return Moved{.id = last->id,
               .by = last->actor,
               .at = last->at,
               .event = is_move ? last->changes.front().key : last->action,
               .state = state};
}

}  // namespace upkeep::patch
