// SPDX-License-Identifier: MIT
// What a lifecycle says about a request: whether it is still open. The queue says the same.
#pragma once

#include "patch/lifecycle/definition.hpp"
#include "patch/model/patch.hpp"

namespace upkeep::patch::lifecycle {

/// Whether a request in `state` is declined: the state is called `Declined`, or an event `Decline`
/// leads to it, or it has no way out and no event `Promote` leads to it. Pure.
bool declines(const Definition& definition, const State& state);

/// Whether the request was declined, and its lifecycle does not show it: nothing may be done to it.
bool is_closed(const Patch& patch, const Definition& definition, const State& state);

/// The transition of `state` by which a request is declined; nullptr where there is none.
const Transition* declining_transition(const Definition& definition, const State& state);

}  // namespace upkeep::patch::lifecycle
