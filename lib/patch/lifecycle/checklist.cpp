// SPDX-License-Identifier: MIT
#include "patch/lifecycle/checklist.hpp"

#include "patch/lifecycle/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

Ticked Checklist::tick(const Patch& seen, const std::vector<std::string>& words, Mark mark,
                       const std::string& why, const std::string& stay) {
  const bool ticked = mark == Mark::set;
  Ticked done;
  m_writer.act([&] {
    done = {};
    LockedPatch locked = m_writer.lock_position(seen.id);
    if (auto conflict = m_writer.overtaken(seen, locked.position.patch, {.stay = stay})) {
      done.reasons.push_back(std::move(*conflict));
      return;
    }
    std::vector<Change> changes;
    for (const Item* one : items_called(*locked.position.state, words)) {
      const Item& item = *one;
      const bool twice = std::any_of(changes.begin(), changes.end(),
                                     [&](const Change& made) { return made.key == item.name; });
      if (twice || locked.position.progress.ticks.contains(item.name) == ticked) continue;
      if (ticked) {
        if (auto fault = role_fault(item.roles, m_positions.rules())) {
          done.reasons.push_back({.event = {},
                                  .reason = "permission",
                                  .detail = item.name + ": " + *fault,
                                  .item = item.name,
                                  .roles = item.roles});
          continue;
        }
      }
      changes.push_back({item.name, !ticked, ticked});
    }
    if (!done.reasons.empty() || changes.empty()) return;
    done.changed.reserve(changes.size());
    for (const Change& one : changes) done.changed.push_back(one.key);
    m_writer.record(
        locked,
        {.kind = ticked ? EventKind::tick : EventKind::untick, .changes = changes, .comment = why});
  });
  return done;
}

Voted Checklist::vote(const Patch& seen, const std::string& typed, Mark mark,
                      const std::string& why, const std::string& stay) {
  const bool cast = mark == Mark::set;
  Voted done;
  std::string event = typed;
  m_writer.act([&] {
    done = {};
    LockedPatch locked = m_writer.lock_position(seen.id);
    if (auto conflict =
            m_writer.overtaken(seen, locked.position.patch, {.event = event, .stay = stay})) {
      done.reasons.push_back(std::move(*conflict));
      return;
    }
    const State& state = *locked.position.state;
    event = transition_called(state, typed).event;
    const auto& approvals = state.approvals;
    const auto asked = std::find_if(approvals.begin(), approvals.end(),
                                    [&](const Approval& one) { return one.event == event; });
    if (asked == approvals.end()) {
      throw Error(ExitStatus::no, fmt::format("{} in '{}' takes no votes", event, state.name));
    }
    if (auto fault = cast ? role_fault(asked->roles, m_positions.rules()) : std::nullopt) {
      done.reasons.push_back(
          {.event = event, .reason = "permission", .detail = *fault, .roles = asked->roles});
      return;
    }
    const auto& votes = locked.position.progress.votes;
    const auto voters = votes.find(event);
    const bool has_voted =
        voters != votes.end() && std::find(voters->second.begin(), voters->second.end(),
                                           m_writer.actor().name) != voters->second.end();
    if (has_voted == cast) return;
    done.changed = true;
    m_writer.record(locked, {.kind = cast ? EventKind::vote : EventKind::unvote,
                             .changes = {{event, !cast, cast}},
                             .comment = why});
  });
  return done;
}

}  // namespace upkeep::patch::lifecycle
