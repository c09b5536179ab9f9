// SPDX-License-Identifier: MIT
// What may happen to a patch: pure functions of its definition, its state, ticks and votes, its
// fields, and the caller's roles. The rules are those of a governance registry.
#pragma once

#include "patch/lifecycle/definition.hpp"
#include "patch/model/moved.hpp"
#include "patch/model/patch.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

struct Tick {
  std::string by, at;
  std::string archive{};    ///< SHA-256 of the archive that proved it; empty: ticked by hand
  std::uint64_t event = 0;  ///< that ticked it
};

/// Ticks and votes in the current state.
struct Progress {
  std::map<std::string, Tick> ticks;                      ///< by item
  std::map<std::string, std::vector<std::string>> votes;  ///< by event: the voters, in order
};

/// Replays a patch's history, event by event.
class Replay {
 public:
  /// A move that was not undone.
  struct Move {
    std::uint64_t event = 0;
    std::string name, from, to, at;
    std::string entered_at;                    ///< of the previous state
    std::optional<std::uint64_t> state_event;  ///< of the previous state
    Progress progress;                         ///< in the previous state
    [[nodiscard]] bool stays() const { return from == to; }
  };

  void take(const Event& event);

  [[nodiscard]] const Progress& progress() const noexcept { return m_progress; }
  /// The event that entered the state; none: the first one ever.
  [[nodiscard]] std::optional<std::uint64_t> state_event() const noexcept { return m_state_event; }
  [[nodiscard]] const std::string& entered_at() const noexcept { return m_entered_at; }
  [[nodiscard]] const std::vector<Move>& moves() const noexcept { return m_moves; }
  /// Whether an undo of the last move would lose ticks or votes of the state that it entered.
  [[nodiscard]] bool is_built_on() const;

 private:
  void enter(const Event& event);
  void take_back();
  Progress m_progress;
  std::optional<std::uint64_t> m_state_event;
  std::string m_entered_at;
  std::vector<Move> m_moves;
};

Replay replay(const std::vector<Event>& events);

/// What is wrong, for those who word it themselves.
enum class Fault {
  other,          ///< as `detail` says
  no_value,       ///< `keys`
  no_value_when,  ///< `keys`, as another field has a value. `facts`: its key, its values
  no_match,       ///< `keys`. `facts`: the pattern
  wrong_count,    ///< `keys`. `facts`: the number of values, the operator, the other number
  not_equal,      ///< `facts`: a key, the value that it needs
  no_link,        ///< `facts`: its type
  unticked,       ///< `item`
  ticked,         ///< `item`
  votes,          ///< `facts`: the votes that there are, those that are needed
  moved,          ///< `facts`: the state; before it, where that is known, who did what, and when
  declined,
  voided,
};

/// Why an event cannot be taken, in words and as data. `reason`: item vote validation permission
/// input target veto conflict
struct Blocker {
  std::string event, reason, detail;
  std::vector<std::string> keys{};  ///< of `validation`: its fields; of `input`: the input
  std::string item{};               ///< the item that is involved; empty: none
  RoleList roles{};                 ///< any of them may resolve it; nullopt: no role is required
  Fault fault = Fault::other;
  std::vector<std::string> facts{};
  std::optional<Moved> moved{};  ///< of `conflict`: who has moved the patch since it was seen
};

struct Rules {
  bool ignore_unknown_validators = false;
  /// The caller's roles; empty: roles are not checked.
  std::function<bool(const std::string&)> has_role;
  /// Whether another patch links to this one with that type ("": any type).
  std::function<bool(const std::string& type)> is_linked_from;
};

struct Situation {
  const Definition& definition;
  const State& state;
  const Progress& progress;
  const Patch& patch;
};

/// Everything that blocks `event`, except for inputs, in the order in which the registry checks:
/// votes, items, permissions, validations, target. @pre the state has the event
std::vector<Blocker> blockers(const Situation& situation, const Transition& transition,
                              const Rules& rules);

/// Problems with the inputs of a move.
std::vector<Blocker> input_faults(const State& state, const std::string& event,
                                  const std::map<std::string, std::string>& inputs);

/// Checks who may tick or vote: nullopt if `roles` admits the caller, otherwise the reason.
std::optional<std::string> role_fault(const RoleList& roles, const Rules& rules);

/// Why a validation fails.
struct ValidationFault {
  std::string detail;
  std::vector<std::string> keys{};  ///< the fields that lack a value, or have an unsuitable one
  std::string item{};               ///< the item that it asks for
  Fault fault = Fault::other;
  std::vector<std::string> facts{};
};

/// nullopt if the validation holds.
std::optional<ValidationFault> validation_fault(const Call& call, const Situation& situation,
                                                const Rules& rules);

/// `qa or lead`, `nobody`; empty for everybody.
std::string spelled_roles(const RoleList& roles);

}  // namespace upkeep::patch::lifecycle
