// SPDX-License-Identifier: MIT
// The states of a ws-upgrade that supervises one run, from its lease to its recorded end; named as
// in docs/model.
#pragma once

#include <string_view>
#include <vector>

namespace upkeep::upgrade {

enum class SupervisorState {
  proving_lease,    ///< nothing is started under a lease that may be lost
  starting,         ///< the guardian, and through it the command
  following,        ///< until the guardian has its verdict
  watching_orphan,  ///< the guardian is dead: until its command has ended
  concluding,       ///< verdict and probes are combined into an ending
  dismissing,       ///< the guardian exits, or reports processes that the command left behind
  recording,        ///< run and slot are written, retried for lease_s
  recorded,         ///< final
  unrecorded,       ///< final: the verdict is left on this host for the next tool
  putting_back,     ///< final: nothing was started, and its caller queues the run again
};

std::string_view word(SupervisorState state);
/// The possible next states; a final state has none.
const std::vector<SupervisorState>& states_after(SupervisorState state);
bool may_follow(SupervisorState from, SupervisorState to);
bool is_end(SupervisorState state);

}  // namespace upkeep::upgrade
