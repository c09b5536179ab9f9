// SPDX-License-Identifier: MIT
#include "patch/lifecycle/request.hpp"

#include "catch2_compat.hpp"

using namespace upkeep;                    // NOLINT
using namespace upkeep::patch;             // NOLINT
using namespace upkeep::patch::lifecycle;  // NOLINT

namespace {

State state_with(const char* name, std::vector<Transition> transitions) {
  State state;
  state.id = state.name = name;
  state.transitions = std::move(transitions);
  return state;
}

Definition sample() {
  Definition definition;
  definition.initial = "Open";
  definition.states = {
      state_with("Open",
                 {{"Promote", "Accepted"}, {"Decline", "No thanks"}, {"Reject", "Rejected"}}),
      state_with("Accepted", {}),
      state_with("No thanks", {{"Reopen", "Open"}}),
      state_with("Rejected", {{"Again", "Rejected"}}),
      state_with("DECLINED", {{"Reopen", "Open"}}),
  };
  return definition;
}

}  // namespace

TEST_CASE("pmt request: which states decline it") {
  const Definition definition = sample();
  const auto declined = [&](const char* name) {
    return declines(definition, *definition.find(name));
  };
  CHECK(!declined("Open"));
  CHECK(!declined("Accepted"));  // by Promote: it waits for its number
  CHECK(declined("No thanks"));  // by Decline, a way out or none
  CHECK(declined("Rejected"));   // no way out but to itself
  CHECK(declined("DECLINED"));
}

TEST_CASE("pmt request: closed is what the queue declined and the lifecycle does not show") {
  const Definition definition = sample();
  Patch request;
  request.queue = 7;
  request.queue_state = "open";
  CHECK(!is_closed(request, definition, *definition.find("Open")));
  request.queue_state = "declined";
  CHECK(is_closed(request, definition, *definition.find("Open")));
  CHECK(!is_closed(request, definition, *definition.find("Rejected")));
  request.ref = PatchRef{"4.4.0", 1};
  CHECK(!is_closed(request, definition, *definition.find("Open")));
}

TEST_CASE("pmt request: how a lifecycle reopens") {
  const Definition definition = sample();
  const auto way = [&](const char* name) {
    const Transition* found = reopening_transition(definition, *definition.find(name));
    return found == nullptr ? std::string() : found->event;
  };
  CHECK(way("No thanks") == "Reopen");
  CHECK(way("DECLINED") == "Reopen");
  CHECK(way("Rejected").empty());
}

TEST_CASE("pmt request: how a lifecycle declines") {
  const Definition definition = sample();
  CHECK(declining_transition(definition, *definition.find("Open"))->event == "Decline");
  CHECK(declining_transition(definition, *definition.find("Accepted")) == nullptr);
}
