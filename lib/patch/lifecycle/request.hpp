// SPDX-License-Identifier: MIT
// Whether a request is still open according to its lifecycle. The queue agrees with it.
#pragma once

#include "patch/lifecycle/definition.hpp"
#include "patch/model/patch.hpp"

namespace upkeep::patch::lifecycle {

/// Whether a request in `state` is declined: the state is called `Declined`, or an event `Decline`
/// leads to it, or it has no exits and no event `Promote` leads to it. Pure.
bool declines(const Definition& definition, const State& state);

/// Whether the request was declined without its lifecycle showing it: nothing may be done to it.
bool is_closed(const Patch& patch, const Definition& definition, const State& state);

/// The transition of `state` by which a request is declined; nullptr if there is none.
const Transition* declining_transition(const Definition& definition, const State& state);

/// The transition of `state`, which declines, by which a request is open again; nullptr if there is
/// none.
const Transition* reopening_transition(const Definition& definition, const State& state);

}  // namespace upkeep::patch::lifecycle
