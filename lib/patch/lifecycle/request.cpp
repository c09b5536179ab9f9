// SPDX-License-Identifier: MIT
#include "patch/lifecycle/request.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

bool is_led_to(const Definition& definition, const State& state, std::string_view event) {
  return std::any_of(definition.states.begin(), definition.states.end(), [&](const State& from) {
    return std::any_of(from.transitions.begin(), from.transitions.end(),
                       [&](const Transition& one) {
                         return lower(one.event) == event && same_state(one.target, state.name);
                       });
  });
}

bool has_way_out(const State& state) {
  return std::any_of(state.transitions.begin(), state.transitions.end(),
                     [&](const Transition& one) {
                       return !one.target.empty() && !same_state(one.target, state.name);
                     });
}

}  // namespace

bool declines(const Definition& definition, const State& state) {
  if (lower(state.name) == "declined" || is_led_to(definition, state, "decline")) return true;
  return !has_way_out(state) && !same_state(state.name, definition.initial) &&
         !is_led_to(definition, state, "promote");
}

bool is_closed(const Patch& patch, const Definition& definition, const State& state) {
  return !patch.ref && patch.queue_state == "declined" && !declines(definition, state);
}

const Transition* declining_transition(const Definition& definition, const State& state) {
  const Transition* found = nullptr;
  for (const Transition& one : state.transitions) {
    const State* target = one.target.empty() ? nullptr : definition.find(one.target);
    if (target == nullptr || !declines(definition, *target)) continue;
    if (found == nullptr || lower(one.event) == "decline") found = &one;
  }
  return found;
}

const Transition* reopening_transition(const Definition& definition, const State& state) {
  for (const Transition& one : state.transitions) {
    const State* target = one.target.empty() ? nullptr : definition.find(one.target);
    if (target != nullptr && !declines(definition, *target)) return &one;
  }
  return nullptr;
}

}  // namespace upkeep::patch::lifecycle
