// SPDX-License-Identifier: MIT
// The states of a ws-upgrade that looks after one run, from its lease to its recorded end; by the
// names that docs/model gives them.
#pragma once

#include <string_view>
#include <vector>

namespace upkeep::upgrade {

enum class SupervisorState {
  proving_lease,    ///< nothing is started under a lease that may be another's by now
  starting,         ///< the guardian, and with it the command
  following,        ///< until the guardian has its verdict
  watching_orphan,  ///< the guardian is dead: until its command has ended
  concluding,       ///< verdict and probes make an ending
  dismissing,       ///< the guardian leaves, or says what the command has left behind
  recording,        ///< run and slot are written, for as long as lease_s
  recorded,         ///< the end
  unrecorded,       ///< the end: the verdict waits on this host for the next tool
  putting_back,     ///< the end: nothing was started, and its caller queues the run again
};

std::string_view word(SupervisorState state);
/// The states that may follow; none follows an end.
const std::vector<SupervisorState>& states_after(SupervisorState state);
bool may_follow(SupervisorState from, SupervisorState to);
bool is_end(SupervisorState state);

}  // namespace upkeep::upgrade
