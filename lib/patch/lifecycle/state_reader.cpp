// SPDX-License-Identifier: MIT
#include "patch/lifecycle/state_reader.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/item_reader.hpp"
#include "record/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch::lifecycle {

using xml::attribute;
using xml::elements;
using xml::local_name;

State StateReader::read(const Node& node) {
  m_state.id = attribute(node, "id");
  m_state.name = shown_state(m_state.id);
  m_state.line = m_findings.line_of(node);
  // Transitions first: other parts ask whether their event has one.
  for (const Node& child : elements(node, "transition")) transition(child);
  bool modelled = false;
  for (const Node& child : elements(node)) {
    const std::string name = local_name(child);
    if (name == "datamodel") {
      if (modelled)
        m_findings.warn("duplicate-data", child, "a second <datamodel> of the state is not read");
      if (!modelled) data_model(child);
      modelled = true;
    } else if (name == "checkpoints") {
      checkpoints(child);
    } else if (name != "transition") {
      m_findings.unknown(child, node);
    }
  }
  m_parts.check(m_state);
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
      m_findings.unknown(child, model);
    } else if (!k_kinds.contains(kind)) {
      m_findings.warn("unknown-element", child,
                      fmt::format("<data name=\"{}\"> is not read", printable(kind)));
    } else if (!seen.insert(kind).second) {
      m_findings.warn("duplicate-data", child,
                      fmt::format("a second <data name=\"{}\"> of '{}': the first one counts", kind,
                                  printable(m_state.name)));
    } else {
      data(child, kind);
    }
  }
}

void StateReader::data(const Node& node, const std::string& kind) {
  if (kind == "checkItems") {
    m_state.items = ItemReader(m_findings, m_parts, m_state.name).read(node);
    return;
  }
  for (const Node& child : elements(node)) {
    const std::string name = local_name(child);
    if (kind == "transitionValidation" && name == "validation") {
      m_state.validations.push_back(m_parts.call(child, StateParts::CallKind::validator));
    } else if (kind == "transitionExecution" && name == "execution") {
      m_state.executions.push_back(m_parts.call(child, StateParts::CallKind::executor));
    } else if (kind == "transitionPermission" && name == "permission") {
      m_state.permissions.push_back({m_parts.event(child), m_parts.roles(child)});
    } else if (kind == "transitionApproval" && name == "approval") {
      approval(child);
    } else if (kind == "transitionInput" && name == "inputs") {
      inputs(child);
    } else if (kind == "transitionUI" && name == "ui") {
      extra(child, "ui");
    } else if (kind == "transitionScripts" && name == "js") {
      extra(child, "script");
    } else {
      m_findings.unknown(child, node);
    }
  }
}

void StateReader::transition(const Node& node) {
  const std::string event = attribute(node, "event");
  for (const Node& child : elements(node)) m_findings.unknown(child, node);
  if (event.empty()) {
    m_findings.warn("unknown-element", node, "a transition without an event is not read");
    return;
  }
  if (m_state.transition(event) != nullptr) {
    m_findings.warn("duplicate-event", node,
                    fmt::format("a second transition for {} in '{}': the first one counts",
                                printable(event), printable(m_state.name)));
    return;
  }
  m_events.check(event, m_state.name, node);
  const std::string target = attribute(node, "target");
  if (target.empty()) {
    m_findings.warn("empty-target", node,
                    fmt::format("{} in '{}' leads nowhere: it can never be taken", printable(event),
                                printable(m_state.name)));
  }
  m_state.transitions.push_back({event, shown_state(target), m_findings.line_of(node)});
}

void StateReader::checkpoints(const Node& node) {
  for (const Node& child : elements(node)) {
    if (local_name(child) != "checkpoint") {
      m_findings.unknown(child, node);
      continue;
    }
    Checkpoint point{attribute(child, "id"), attribute(child, "durationColour"), {}, {}};
    for (const Node& one : elements(child)) {
      const auto min = checkpoint_time(attribute(one, "min"));
      const auto max = checkpoint_time(attribute(one, "max"));
      if (local_name(one) != "boundary" || !min || !max) {
        m_findings.unknown(one, child);
        continue;
      }
      if (*min > *max)
        m_findings.warn("bad-parameter", one, "a boundary whose min exceeds its max");
      point.min = *min;
      point.max = *max;
      m_state.checkpoints.push_back(point);
    }
  }
}

void StateReader::approval(const Node& node) {
  Approval approval;
  approval.event = m_parts.event(node);
  if (!node.attribute("roles").empty()) approval.roles = m_parts.roles(node);
  const auto votes = to_integer(attribute(node, "votes"));
  if (!votes || *votes < 0) {
    m_findings.warn("unknown-element", node,
                    fmt::format("votes=\"{}\" is not a number: no vote is needed",
                                printable(attribute(node, "votes"))));
  }
  if (votes == 0) m_findings.warn("bad-parameter", node, "votes=\"0\": no vote is needed");
  approval.votes = std::max(0LL, votes.value_or(0));
  m_state.approvals.push_back(std::move(approval));
}

void StateReader::inputs(const Node& node) {
  const std::string for_event = m_parts.event(node);
  for (const Node& child : elements(node)) {
    if (local_name(child) != "input") {
      m_findings.unknown(child, node);
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

void StateReader::check_input(const Node& node, const Input& input) {
  const std::string called = fmt::format("the input '{}'", printable(input.name));
  if (input.name.empty()) m_findings.warn("missing-parameter", node, "an input without a name");
  for (const Input& other : m_state.inputs) {
    if (other.event != input.event || other.name != input.name) continue;
    m_findings.warn("duplicate-parameter", node, called + " occurs twice");
    break;
  }
  const std::string required = lower(attribute(node, "required"));
  if (!required.empty() && required != "true" && required != "false") {
    m_findings.warn(
        "bad-parameter", node,
        fmt::format("required of {} is '{}', neither true nor false", called, printable(required)));
  }
  if (input.regex.empty()) return;
  try {
    const Regex regex(input.regex);
    for (const std::string& value : input.values) {
      if (regex.matches(value)) continue;
      m_findings.warn(
          "bad-parameter", node,
          fmt::format("the value '{}' of {} does not match its regex", printable(value), called));
    }
  } catch (const Error&) {
    m_findings.warn("bad-pattern", node,
                    fmt::format("the regex '{}' of {} is not a regular expression",
                                printable(input.regex), called));
  }
}

void StateReader::extra(const Node& node, const std::string& kind) {
  const std::string for_event = m_parts.event(node);
  if (kind == "ui") {
    m_state.extras.push_back({kind, for_event, attribute(node, "href")});
    return;
  }
  for (const Node& child : elements(node)) {
    const std::string name = local_name(child);
    if (name != "console" && name != "server") {
      m_findings.unknown(child, node);
      continue;
    }
    m_state.extras.push_back({name + " script", for_event, attribute(child, "function")});
  }
}

State read_older_state(const xml::Lines& lines, std::vector<Finding>& findings,
                       const pugi::xml_node& node) {
  State state;
  state.id = attribute(node, "name");
  state.name = shown_state(state.id);
  state.line = lines.of(node);
  ElementFindings of_elements(lines, findings);
  StateParts parts(of_elements);
  state.items = ItemReader(of_elements, parts, state.name).read_older(node);
  return state;
}

std::optional<std::chrono::seconds> checkpoint_time(const std::string& text) {
  const auto parts = split(text, ':');
  constexpr std::chrono::seconds k_units[] = {std::chrono::days(1), std::chrono::hours(1),
                                              std::chrono::minutes(1), std::chrono::seconds(1)};
  constexpr std::string_view k_letters = "dhms";
  if (parts.size() != k_letters.size()) return std::nullopt;
  std::chrono::seconds total{0};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string_view part = trim(parts[i]);
    if (!part.empty() && part.back() == k_letters[i]) part.remove_suffix(1);
    const auto number = to_integer(part);
    constexpr long long k_most = 100'000'000;
    if (!number || *number < 0 || *number > k_most) return std::nullopt;
    total += *number * k_units[i];
  }
  return total;
}

}  // namespace upkeep::patch::lifecycle
