// SPDX-License-Identifier: MIT
#include "patch/lifecycle/state_reader.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/exchange/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace upkeep::patch::lifecycle {

const std::set<std::string>& known_validators() {
  static const std::set<std::string> k_known{
      "AttributeExistenceValidator", "AttributeValueValidator",   "AttributeValueCountValidator",
      "PropertyValueValidator",      "TypedAssociationValidator", "CheckItemTickedValidator",
      "RequiredWhenValidator"};
  return k_known;
}

const std::set<std::string>& known_executors() {
  static const std::set<std::string> k_known{
      "ServiceVersionExecutor",  "CopyExecutor",   "DemoteActionExecutor",
      "PermissionGrantExecutor", "WSExecutor",     "TransformAndCopyExecutor",
      "ApiStoreExecutor",        "CommandExecutor"};
  return k_known;
}

void StateReader::warn(const char* rule, const Node& node, std::string detail) {
  m_findings.push_back({Severity::warning, rule, m_lines.of(node), std::move(detail)});
}

void StateReader::unknown(const Node& child, const Node& parent) {
  warn("unknown-element", child,
       fmt::format("<{}> in <{}> is not read", printable(child.name()), printable(parent.name())));
}

void StateReader::begin(const Node& node, const char* name) {
  m_state = {};
  m_named.clear();
  m_asked.clear();
  m_events.clear();
  m_items.clear();
  m_item_names.clear();
  m_doubles.clear();
  m_state.id = attribute(node, name);
  m_state.name = shown_state(m_state.id);
  m_state.line = m_lines.of(node);
}

State StateReader::read(const Node& node) {
  begin(node, "id");
  // Transitions first: what is for an event asks whether there is one.
  for (const Node& child : elements(node, "transition")) transition(child);
  bool modelled = false;
  for (const Node& child : elements(node)) {
    const std::string name = local_name(child);
    if (name == "datamodel") {
      if (modelled) warn("duplicate-data", child, "a second <datamodel> of the state is not read");
      if (!modelled) data_model(child);
      modelled = true;
    } else if (name == "checkpoints") {
      checkpoints(child);
    } else if (name != "transition") {
      unknown(child, node);
    }
  }
  check_events();
  check_calls();
  return std::move(m_state);
}

void StateReader::data_model(const Node& model) {
  static const std::set<std::string> k_kinds{
      "checkItems",          "transitionValidation", "transitionPermission", "transitionScripts",
      "transitionExecution", "transitionUI",         "transitionInput",      "transitionApproval"};
  std::set<std::string> seen;
  for (const Node& child : elements(model)) {
    const std::string kind = attribute(child, "name");
    if (local_name(child) != "data") {
      unknown(child, model);
    } else if (!k_kinds.contains(kind)) {
      warn("unknown-element", child,
           fmt::format("<data name=\"{}\"> is not read", printable(kind)));
    } else if (!seen.insert(kind).second) {
      warn("duplicate-data", child,
           fmt::format("a second <data name=\"{}\"> of '{}': the first one counts", kind,
                       printable(m_state.name)));
    } else {
      data(child, kind);
    }
  }
}

void StateReader::data(const Node& node, const std::string& kind) {
  if (kind == "checkItems") {
    check_items(node);
    return;
  }
  for (const Node& child : elements(node)) {
    const std::string name = local_name(child);
    if (kind == "transitionValidation" && name == "validation") {
      m_state.validations.push_back(call(child, known_validators(), "validator"));
    } else if (kind == "transitionExecution" && name == "execution") {
      m_state.executions.push_back(call(child, known_executors(), "executor"));
    } else if (kind == "transitionPermission" && name == "permission") {
      m_state.permissions.push_back({needed_event(child), roles(child)});
    } else if (kind == "transitionApproval" && name == "approval") {
      approval(child);
    } else if (kind == "transitionInput" && name == "inputs") {
      inputs(child);
    } else if (kind == "transitionUI" && name == "ui") {
      extra(child, "ui");
    } else if (kind == "transitionScripts" && name == "js") {
      extra(child, "script");
    } else {
      unknown(child, node);
    }
  }
}

void StateReader::transition(const Node& node) {
  const std::string event = attribute(node, "event");
  for (const Node& child : elements(node)) unknown(child, node);
  if (event.empty()) {
    warn("unknown-element", node, "a transition without an event is not read");
    return;
  }
  if (m_state.transition(event) != nullptr) {
    warn("duplicate-event", node,
         fmt::format("a second transition for {} in '{}': the first one counts", printable(event),
                     printable(m_state.name)));
    return;
  }
  check_name("the event", event, "duplicate-event", m_events, node);
  const std::string target = attribute(node, "target");
  if (target.empty()) {
    warn("empty-target", node,
         fmt::format("{} in '{}' leads nowhere: it can never be taken", printable(event),
                     printable(m_state.name)));
  }
  m_state.transitions.push_back({event, shown_state(target), m_lines.of(node)});
}

void StateReader::checkpoints(const Node& node) {
  for (const Node& child : elements(node)) {
    if (local_name(child) != "checkpoint") {
      unknown(child, node);
      continue;
    }
    Checkpoint point{attribute(child, "id"), attribute(child, "durationColour"), 0, 0};
    for (const Node& one : elements(child)) {
      const auto min = checkpoint_seconds(attribute(one, "min"));
      const auto max = checkpoint_seconds(attribute(one, "max"));
      if (local_name(one) != "boundary" || !min || !max) {
        unknown(one, child);
        continue;
      }
      if (*min > *max) warn("bad-parameter", one, "a boundary whose min is behind its max");
      point.min_s = *min;
      point.max_s = *max;
      m_state.checkpoints.push_back(point);
    }
  }
}

void StateReader::approval(const Node& node) {
  Approval approval;
  approval.event = needed_event(node);
  if (!node.attribute("roles").empty()) approval.roles = roles(node);
  const auto votes = to_integer(attribute(node, "votes"));
  if (!votes || *votes < 0) {
    warn("unknown-element", node,
         fmt::format("votes=\"{}\" is no number: none is needed",
                     printable(attribute(node, "votes"))));
  }
  if (votes == 0) warn("bad-parameter", node, "votes=\"0\": none is needed");
  approval.votes = std::max(0LL, votes.value_or(0));
  m_state.approvals.push_back(std::move(approval));
}

void StateReader::inputs(const Node& node) {
  const std::string for_event = needed_event(node);
  for (const Node& child : elements(node)) {
    if (local_name(child) != "input") {
      unknown(child, node);
      continue;
    }
    Input input;
    input.event = for_event;
    input.name = attribute(child, "name");
    input.label = attribute(child, "label");
    input.tooltip = attribute(child, "tooltip");
    input.regex = attribute(child, "regex");
    input.required = lower(attribute(child, "required")) == "true";
    for (const std::string& value : split(attribute(child, "values"), ',')) {
      if (const auto plain = trim(value); !plain.empty()) input.values.emplace_back(plain);
    }
    check_input(child, input);
    m_state.inputs.push_back(std::move(input));
  }
}

void StateReader::extra(const Node& node, const std::string& kind) {
  const std::string for_event = needed_event(node);
  if (kind == "ui") {
    m_state.extras.push_back({kind, for_event, attribute(node, "href")});
    return;
  }
  for (const Node& child : elements(node)) {
    const std::string name = local_name(child);
    if (name != "console" && name != "server") {
      unknown(child, node);
      continue;
    }
    m_state.extras.push_back({name + " script", for_event, attribute(child, "function")});
  }
}

Call StateReader::call(const Node& node, const std::set<std::string>& known, const char* what) {
  Call call;
  call.event = needed_event(node);
  call.class_name = std::string(trim(attribute(node, "class")));
  if (call.class_name.empty()) {
    warn("unknown-class", node, fmt::format("<{}> without a class", printable(node.name())));
  } else if (!known.contains(call.short_class())) {
    warn("unknown-class", node, fmt::format("no {} {} is known", what, printable(call.class_name)));
  }
  for (const Node& child : elements(node)) {
    if (local_name(child) != "parameter") {
      unknown(child, node);
      continue;
    }
    Parameter parameter{attribute(child, "name"), attribute(child, "value")};
    if (child.attribute("value").empty()) {
      parameter.value = text_of(child);
      std::ostringstream xml;
      for (const Node& one : elements(child)) one.print(xml, "", pugi::format_raw);
      parameter.value += xml.str();
    }
    if (parameter.name == "pattern" && call.parameter("pattern").empty()) {
      try {
        call.pattern.emplace(parameter.value);
      } catch (
          const Error&) {  // NOLINT(bugprone-empty-catch): the validation says so when it is asked
      }
    }
    call.parameters.push_back(std::move(parameter));
  }
  m_asked.push_back({call, node, &known == &known_executors()});
  return call;
}

std::vector<std::string> StateReader::roles(const Node& node) {
  std::vector<std::string> names;
  for (std::string& role : split(attribute(node, "roles"), ',')) {
    if (role.empty()) continue;
    if (trim(role) != role) {
      warn("empty-roles", node,
           fmt::format("the role '{}' has a blank at its end: nobody has it", printable(role)));
    }
    names.push_back(std::move(role));
  }
  if (names.empty()) {
    warn("empty-roles", node,
         fmt::format("<{}> names no role: nobody may", printable(node.name())));
  }
  return names;
}

void StateReader::event(const Node& node, const std::string& name) {
  if (!name.empty()) m_named.push_back({name, node});
}

std::string StateReader::needed_event(const Node& node) {
  std::string name = attribute(node, "forEvent");
  if (name.empty()) {
    warn("missing-event", node,
         fmt::format("<{}> without forEvent is never asked", printable(node.name())));
  }
  event(node, name);
  return name;
}

std::optional<std::int64_t> checkpoint_seconds(const std::string& text) {
  const auto parts = split(text, ':');
  constexpr std::int64_t k_minute = 60, k_hour = 3600, k_day = 86400;
  const std::int64_t units[] = {k_day, k_hour, k_minute, 1};
  constexpr std::string_view k_letters = "dhms";
  if (parts.size() != k_letters.size()) return std::nullopt;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string_view part = trim(parts[i]);
    if (!part.empty() && part.back() == k_letters[i]) part.remove_suffix(1);
    const auto number = to_integer(part);
    constexpr long long k_most = 100'000'000;
    if (!number || *number < 0 || *number > k_most) return std::nullopt;
    total += *number * units[i];
  }
  return total;
}

}  // namespace upkeep::patch::lifecycle
