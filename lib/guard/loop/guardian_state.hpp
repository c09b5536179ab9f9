// SPDX-License-Identifier: MIT
// The states of a guardian, from its start to the last descendant's end, and what moves it from one
// to the next. Pure. docs/model has the same states, without hooks: it splits `command` into
// `running` and `ending` (a signal has been sent to end it).
#pragma once

#include "guard/loop/status.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace upkeep::guard {

enum class GuardianState {
  starting,     ///< nothing runs yet: waits for nothing
  before_hook,  ///< waits for the hook and its output to end
  command,      ///< waits for the command and its output to end
  concluded,    ///< the verdict is made: waits for the supervisor to want the after hook or no more
  after_hook,   ///< waits for the hook and its output to end
  leaving,      ///< waits for descendants, which hold the host lock
  lingering,    ///< like `leaving`; the supervisor has been notified
  absent,       ///< the end
};

enum class GuardianEvent {
  refused,      ///< the lease is over before anything was started
  hook_due,     ///< a hook is to run
  command_due,  ///< the command is to run
  succeeded,    ///< the program has ended, with 0 and by itself
  failed,       ///< it has ended otherwise
  dismissed,    ///< the supervisor wants nothing more, or is dead or frozen
  patience_over,
  childless,  ///< no descendant is left
};

/// The state that follows; nullopt: the event does not come in this state.
std::optional<GuardianState> next_state(GuardianState state, GuardianEvent event);
/// Whether a hook or the command runs or its output is awaited: stop and kill apply to it.
bool runs_program(GuardianState state);
std::string_view word(GuardianState state);
std::string_view word(GuardianEvent event);

/// Who has asked for the programs to be ended before their time.
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
