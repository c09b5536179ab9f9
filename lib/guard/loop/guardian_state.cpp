// SPDX-License-Identifier: MIT
#include "guard/loop/guardian_state.hpp"

#include <algorithm>
#include <array>

namespace upkeep::guard {

namespace {

struct Transition {
  GuardianState from;
  GuardianEvent event;
  GuardianState to;
};

using State = GuardianState;
using Event = GuardianEvent;

constexpr std::array<Transition, 14> k_transitions{{
    {State::starting, Event::refused, State::concluded},
    {State::starting, Event::hook_due, State::before_hook},
    {State::starting, Event::command_due, State::command},
    {State::before_hook, Event::succeeded, State::command},
    {State::before_hook, Event::failed, State::concluded},
    {State::command, Event::succeeded, State::concluded},
    {State::command, Event::failed, State::concluded},
    {State::concluded, Event::hook_due, State::after_hook},
    {State::concluded, Event::dismissed, State::leaving},
    {State::after_hook, Event::succeeded, State::concluded},
    {State::after_hook, Event::failed, State::concluded},
    {State::leaving, Event::patience_over, State::lingering},
    {State::leaving, Event::childless, State::absent},
    {State::lingering, Event::childless, State::absent},
}};

}  // namespace

std::optional<GuardianState> next_state(GuardianState state, GuardianEvent event) {
  const auto* const found =
      std::find_if(k_transitions.begin(), k_transitions.end(),
                   [&](const auto& one) { return one.from == state && one.event == event; });
  if (found == k_transitions.end()) return std::nullopt;
  return found->to;
}

bool runs_program(GuardianState state) {
  return state == State::before_hook || state == State::command || state == State::after_hook;
}

std::string_view word(GuardianState state) {
  constexpr std::array<std::string_view, 8> k_words{"starting",  "before_hook", "command",
                                                    "concluded", "after_hook",  "leaving",
                                                    "lingering", "absent"};
  return k_words.at(static_cast<std::size_t>(state));
}

std::string_view word(GuardianEvent event) {
  constexpr std::array<std::string_view, 8> k_words{"refused",       "hook_due", "command_due",
                                                    "succeeded",     "failed",   "dismissed",
                                                    "patience_over", "childless"};
  return k_words.at(static_cast<std::size_t>(event));
}

bool EndRequests::add(Stopped cause) {
  if (has(cause)) return false;
  m_causes.push_back(cause);
  return true;
}

bool EndRequests::has(Stopped cause) const {
  return std::find(m_causes.begin(), m_causes.end(), cause) != m_causes.end();
}

}  // namespace upkeep::guard
