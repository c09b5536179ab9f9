// SPDX-License-Identifier: MIT
// A patch's lifecycle: a governance registry's aspect XML as typed structs with the same meaning.
#pragma once

#include "base/regex.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::lifecycle {

/// Role names. nullopt: the definition names none, and every role may. Empty: no role may.
using RoleList = std::optional<std::vector<std::string>>;

struct Parameter {
  std::string name, value;
};

/// A validation or an execution: a class with parameters, for one event.
struct Call {
  std::string event, class_name;
  std::vector<Parameter> parameters;
  std::optional<Regex>
      pattern;  ///< the parameter of that name, compiled; none if it is not a regular expression

  /// The last component of the class name.
  [[nodiscard]] std::string short_class() const;
  /// Empty if there is none.
  [[nodiscard]] std::string parameter(std::string_view name) const;
};

struct Item {
  std::string name;
  std::vector<std::string> events;  ///< blocked by it until it is ticked; split as written
  RoleList roles;                   ///< who may tick it
  std::vector<Call> validations;
};

struct Permission {
  std::string event;
  std::vector<std::string> roles;
};

struct Approval {
  std::string event;
  RoleList roles;
  std::int64_t votes = 0;
};

struct Input {
  std::string event, name, label, tooltip, regex;
  std::vector<std::string> values;  ///< the choices; empty: anything
  bool required = false;

  /// What users call it.
  [[nodiscard]] const std::string& caption() const { return label.empty() ? name : label; }
};

/// Kept and shown but never run: a script or a page of the registry's console.
struct Extra {
  std::string kind, event, what;
};

struct Transition {
  std::string event, target;  ///< target: as shown; empty: it can never be taken
  long line = 0;
};

struct Checkpoint {
  std::string id, colour;
  std::chrono::seconds min{0}, max{0};  ///< since the state was entered
};

struct State {
  std::string id;    ///< as written
  std::string name;  ///< as shown: `.` becomes a blank
  long line = 0;
  std::vector<Item> items;
  std::vector<Call> validations, executions;
  std::vector<Permission> permissions;
  std::vector<Approval> approvals;
  std::vector<Input> inputs;
  std::vector<Extra> extras;
  std::vector<Transition> transitions;  ///< one per event: the first
  std::vector<Checkpoint> checkpoints;

  [[nodiscard]] const Transition* transition(std::string_view event) const;
  [[nodiscard]] std::vector<std::string> events() const;
};

struct Definition {
  std::string name, class_name;
  std::string initial;  ///< as shown
  std::vector<State> states;

  /// By either spelling; nullptr if there is none.
  [[nodiscard]] const State* find(std::string_view state) const;
  [[nodiscard]] std::vector<std::string> state_names() const;
};

/// A state's id as the registry shows it.
std::string shown_state(std::string_view id);

/// Whether both denote the same state, in either spelling.
bool same_state(std::string_view a, std::string_view b);

/// The last component of a Java class name.
std::string short_class(std::string_view class_name);

}  // namespace upkeep::patch::lifecycle
