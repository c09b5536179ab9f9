// SPDX-License-Identifier: MIT
#include "patch/lifecycle/definition.hpp"

#include <algorithm>

namespace upkeep::patch::lifecycle {

std::string shown_state(std::string_view id) {
  std::string name(id);
  std::replace(name.begin(), name.end(), '.', ' ');
  return name;
}

bool same_state(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return x == y || (x == '.' && y == ' ') || (x == ' ' && y == '.');
  });
}

std::string short_class(std::string_view class_name) {
  const auto dot = class_name.rfind('.');
  return std::string(dot == std::string_view::npos ? class_name : class_name.substr(dot + 1));
}

std::string Call::short_class() const {
  return lifecycle::short_class(class_name);
}

std::string Call::parameter(std::string_view name) const {
  for (const Parameter& one : parameters) {
    if (one.name == name) return one.value;
  }
  return {};
}

const Transition* State::transition(std::string_view event) const {
  for (const Transition& one : transitions) {
    if (one.event == event) return &one;
  }
  return nullptr;
}

std::vector<std::string> State::events() const {
  std::vector<std::string> names;
  names.reserve(transitions.size());
  for (const Transition& one : transitions) names.push_back(one.event);
  return names;
}

const State* Definition::find(std::string_view state) const {
  for (const State& one : states) {
    if (same_state(one.id, state)) return &one;
  }
  return nullptr;
}

std::vector<std::string> Definition::state_names() const {
  std::vector<std::string> names;
  names.reserve(states.size());
  for (const State& one : states) names.push_back(one.name);
  return names;
}

}  // namespace upkeep::patch::lifecycle
