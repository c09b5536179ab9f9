// SPDX-License-Identifier: MIT
// The states of a guardian, from its start to the end of the last descendant, and the transitions
// between them. Pure functions. docs/model has the same states, without hooks; it splits `command`
// into `running` and `ending` (a signal has been sent to end it).
#pragma once

#include "guard/loop/status.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace upkeep::guard {

enum class GuardianState {
  starting,     ///< nothing is running yet
  before_hook,  ///< waits for the hook and its output to end
  command,      ///< waits for the command and its output to end
  concluded,    ///< the verdict is made; waits for the after hook's order or a dismissal
  after_hook,   ///< waits for the hook and its output to end
  leaving,      ///< waits for descendants, which hold the host lock
  lingering,    ///< like `leaving`; the supervisor has been notified
  absent,       ///< the end
};

enum class GuardianEvent {
  refused,      ///< the lease expired before anything was started
  hook_due,     ///< a hook is to run
  command_due,  ///< the command is to run
  succeeded,    ///< the program has exited with 0, without being stopped
  failed,       ///< the program has ended in any other way
  dismissed,    ///< by the supervisor, or because it is dead or frozen
  patience_over,
  childless,  ///< no descendant is left
};

/// The next state; nullopt: the event cannot occur in this state.
std::optional<GuardianState> next_state(GuardianState state, GuardianEvent event);
/// Whether a hook or the command is running, or its output is still open: then stop and kill apply.
bool runs_program(GuardianState state);
std::string_view word(GuardianState state);
std::string_view word(GuardianEvent event);

/// The requests to end the programs early.
class EndRequests {
 public:
  /// @param cause not `no`. @returns whether it is the first request for this cause
  bool add(Stopped cause);
  [[nodiscard]] bool has(Stopped cause) const;
  /// The first cause; `no` if there is none.
  [[nodiscard]] Stopped first() const { return m_causes.empty() ? Stopped::no : m_causes.front(); }

 private:
  std::vector<Stopped> m_causes;
};

}  // namespace upkeep::guard
