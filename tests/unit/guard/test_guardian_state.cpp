// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "guard/loop/guardian_state.hpp"

#include <initializer_list>
#include <set>

using namespace upkeep::guard;  // NOLINT(google-build-using-namespace): a test
using State = GuardianState;
using Event = GuardianEvent;

namespace {

constexpr std::initializer_list<State> k_states{
    State::starting,   State::before_hook, State::command,   State::concluded,
    State::after_hook, State::leaving,     State::lingering, State::absent};
constexpr std::initializer_list<Event> k_events{
    Event::refused, Event::hook_due,  Event::command_due,   Event::succeeded,
    Event::failed,  Event::dismissed, Event::patience_over, Event::childless};

/// Where these events lead, one after the other.
State after(std::initializer_list<Event> events) {
  State state = State::starting;
  for (const Event event : events) {
    const auto next = next_state(state, event);
    INFO(word(event) << " in " << word(state));
    REQUIRE(next);
    state = *next;
  }
  return state;
}

}  // namespace

TEST_CASE("a run from its start to the guardian's end", "[guardian-state]") {
  CHECK(after({Event::command_due, Event::succeeded, Event::dismissed, Event::childless}) ==
        State::absent);
  CHECK(after({Event::hook_due, Event::succeeded}) == State::command);
  CHECK(after({Event::hook_due, Event::failed}) == State::concluded);
  CHECK(after({Event::command_due, Event::failed, Event::hook_due}) == State::after_hook);
  CHECK(after({Event::command_due, Event::failed, Event::hook_due, Event::failed}) ==
        State::concluded);
  CHECK(after({Event::command_due, Event::succeeded, Event::dismissed, Event::patience_over,
               Event::childless}) == State::absent);
}

TEST_CASE("under a lease that is over nothing is started", "[guardian-state]") {
  CHECK(after({Event::refused}) == State::concluded);
  CHECK(after({Event::refused, Event::dismissed, Event::childless}) == State::absent);
}

TEST_CASE("the command runs once, and nothing runs after the supervisor is done",
          "[guardian-state]") {
  for (const State state : k_states) {
    for (const Event event : k_events) {
      const auto next = next_state(state, event);
      if (!next) continue;
      INFO(word(event) << " in " << word(state));
      CHECK(*next != State::starting);
      if (*next == State::command) CHECK((state == State::starting || state == State::before_hook));
      const bool leaves = state == State::leaving || state == State::lingering;
      if (leaves) CHECK((*next == State::lingering || *next == State::absent));
    }
  }
}

TEST_CASE("every state is reached, and the end is reached from each", "[guardian-state]") {
  for (const State from : k_states) {
    std::set<State> reached{from};
    for (std::size_t known = 0; known != reached.size();) {
      known = reached.size();
      for (const State state : std::set<State>(reached))
        for (const Event event : k_events)
          if (const auto next = next_state(state, event)) reached.insert(*next);
    }
    INFO("from " << word(from));
    CHECK(reached.contains(State::absent));
    if (from == State::starting) CHECK(reached.size() == k_states.size());
  }
  for (const Event event : k_events) CHECK_FALSE(next_state(State::absent, event));
}

TEST_CASE("a program is told to end while one runs", "[guardian-state]") {
  std::set<State> running;
  for (const State state : k_states)
    if (runs_program(state)) running.insert(state);
  CHECK(running == std::set<State>{State::before_hook, State::command, State::after_hook});
}

TEST_CASE("the first reason to end everything is the one that counts", "[guardian-state]") {
  EndRequests requests;
  CHECK(requests.first() == Stopped::no);
  CHECK(requests.add(Stopped::lease));
  CHECK(requests.add(Stopped::signal));
  CHECK_FALSE(requests.add(Stopped::signal));  // the second one kills at once
  CHECK(requests.first() == Stopped::lease);
  CHECK(requests.has(Stopped::signal));
}
