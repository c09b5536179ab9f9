// SPDX-License-Identifier: MIT
// What of a state is read, and can never hold or be meant.
#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/call_rules.hpp"
#include "patch/lifecycle/state_reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace upkeep::patch::lifecycle {

void StateReader::check_input(const Node& node, const Input& input) {
  const std::string called = fmt::format("the input '{}'", printable(input.name));
  if (input.name.empty()) warn("missing-parameter", node, "an input without a name");
  for (const Input& other : m_state.inputs) {
    if (other.event != input.event || other.name != input.name) continue;
    warn("duplicate-parameter", node, called + " is there twice");
    break;
  }
  const std::string required = lower(attribute(node, "required"));
  if (!required.empty() && required != "true" && required != "false") {
    warn(
        "bad-parameter", node,
        fmt::format("required of {} is '{}', neither true nor false", called, printable(required)));
  }
  if (input.regex.empty()) return;
  try {
    const Regex regex(input.regex);
    for (const std::string& value : input.values) {
      if (regex.matches(value)) continue;
      warn("bad-parameter", node,
           fmt::format("the value '{}' of {} does not match its regex", printable(value), called));
    }
  } catch (const Error&) {
    warn("bad-pattern", node,
         fmt::format("the regex '{}' of {} is not a regular expression", printable(input.regex),
                     called));
  }
}

void StateReader::check_name(const char* what, const std::string& name, const char* rule,
                             Names& seen, const Node& node) {
  const std::string plain(trim(name));
  if (plain != name) {
    warn("blank-at-end", node,
         fmt::format("{} '{}' of '{}' has a blank at its end", what, printable(name),
                     printable(m_state.name)));
  }
  const auto [at, fresh] = seen.emplace(lower(plain), name);
  if (fresh || at->second == name) return;
  warn(rule, node,
       fmt::format("{} '{}' of '{}' differs from '{}' in case or blanks alone: both count", what,
                   printable(name), printable(m_state.name), printable(at->second)));
}

void StateReader::check_calls() {
  for (const Asked& one : m_asked) {
    auto faults = one.executor ? executor_faults(one.call) : parameter_faults(one.call, m_state);
    for (CallFault& fault : faults) {
      warn(fault.rule, one.node, std::move(fault.detail));
    }
  }
}

void StateReader::check_events() {
  for (const Named& one : m_named) {
    if (m_state.transition(one.event) != nullptr) continue;
    std::string detail =
        fmt::format("'{}' has no transition '{}'", printable(m_state.name), printable(one.event));
    if (m_state.transition(trim(one.event)) != nullptr) {
      detail += "; take the blank out";
    } else {
      add_clause(detail, did_you_mean(one.event, m_state.events()));
    }
    warn("event-without-transition", one.node, std::move(detail));
  }
}

}  // namespace upkeep::patch::lifecycle
