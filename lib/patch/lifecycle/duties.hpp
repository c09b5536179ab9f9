// SPDX-License-Identifier: MIT
// Who must act next on a patch: by the people that it names, and by the roles of its lifecycle.
#pragma once

#include "patch/lifecycle/position.hpp"
#include "patch/model/actor.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// The event that leads a patch on: Promote, or else the first one that leaves the state. nullptr
/// if no event leaves it.
const Transition* next_event(const State& state);

/// A patch as one person sees it.
struct Duty {
  /// `done`: no event leaves the state.
  enum class Whose { mine, others, done } whose = Whose::done;
  /// The next one.
  std::string event{};
  /// What blocks it first: for `mine`, of that which the person may clear. None: it is ready.
  std::optional<Blocker> first{};
  /// How many others there are.
  std::size_t more = 0;
};

class Duties {
 public:
  /// @param config not owned
  Duties(const config::Patch& config, const ArtifactType& type, Person me);

  [[nodiscard]] const Person& me() const noexcept { return m_me; }
  /// Whether it is one of the person's names.
  [[nodiscard]] bool is_me(const std::string& name) const;
  /// The fields of the artifact type that hold people.
  [[nodiscard]] const std::vector<std::string>& people_keys() const noexcept { return m_keys; }

  /// The people who must act next: those of the field that belongs to its state; if it is empty,
  /// the lead, and if there is none, who created it. The lead as well once a reminder was sent.
  [[nodiscard]] std::vector<std::string> responsible(const Patch& patch, bool reminded) const;
  /// Whether it names the person anywhere, or is their request or patch.
  [[nodiscard]] bool concerns(const Patch& patch) const;

  /// What the person has to do about a patch.
  /// @param rules those of the person, for this patch
  [[nodiscard]] Duty of(const Position& position, const Rules& rules, bool reminded);

  /// Whether a state has an item, a vote or an event that one of the person's roles is needed for.
  [[nodiscard]] static bool needs_role(const State& state, const Rules& rules);

 private:
  [[nodiscard]] bool may_clear(const Blocker& reason, const Position& position,
                               const Rules& rules) const;
  [[nodiscard]] bool is_left_to_me(const RoleList& roles, const std::vector<std::string>& named,
                                   const Rules& rules);
  [[nodiscard]] bool has_role(const std::string& name, const RoleList& roles);
  [[nodiscard]] bool has_voted(const Position& position, const std::string& event) const;

  const config::Patch& m_config;
  std::vector<std::string> m_keys;
  Person m_me;
  std::map<std::string, Roles> m_roles;  ///< of others, by name
};

}  // namespace upkeep::patch::lifecycle
