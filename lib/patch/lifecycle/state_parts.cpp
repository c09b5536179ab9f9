// SPDX-License-Identifier: MIT
#include "patch/lifecycle/state_parts.hpp"

#include "base/error.hpp"
#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/call_rules.hpp"
#include "record/xml.hpp"

#include <fmt/format.h>

#include <set>
#include <sstream>

namespace upkeep::patch::lifecycle {

using xml::attribute;
using xml::elements;
using xml::local_name;
using xml::text_of;

namespace {

// Last components of the registry's own class names, and of ours.

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

}  // namespace

void ElementFindings::warn(const char* rule, const pugi::xml_node& node, std::string detail) {
  m_findings.push_back({Severity::warning, rule, std::move(detail), m_lines.of(node)});
}

void ElementFindings::unknown(const pugi::xml_node& child, const pugi::xml_node& parent) {
  warn("unknown-element", child,
       fmt::format("<{}> in <{}> is not read", printable(child.name()), printable(parent.name())));
}

void NameCheck::check(const std::string& name, const std::string& state,
                      const pugi::xml_node& node) {
  const std::string plain(trim(name));
  if (plain != name) {
    m_findings.warn("blank-at-end", node,
                    fmt::format("{} '{}' of '{}' has a blank at its end", m_what, printable(name),
                                printable(state)));
  }
  const auto [at, fresh] = m_seen.emplace(case_folded(plain), name);
  if (fresh || at->second == name) return;
  m_findings.warn(
      m_rule, node,
      fmt::format("{} '{}' of '{}' differs from '{}' only in case or blanks: both count", m_what,
                  printable(name), printable(state), printable(at->second)));
}

Parameter StateParts::parameter(const pugi::xml_node& node) {
  Parameter parameter{attribute(node, "name"), attribute(node, "value")};
  if (node.attribute("value").empty()) {
    parameter.value = text_of(node);
    std::ostringstream xml;
    for (const pugi::xml_node& one : elements(node)) one.print(xml, "", pugi::format_raw);
    parameter.value += xml.str();
  }
  return parameter;
}

Call StateParts::call(const pugi::xml_node& node, CallKind kind) {
  const bool validates = kind == CallKind::validator;
  const auto& known = validates ? known_validators() : known_executors();
  Call call;
  call.event = event(node);
  call.class_name = std::string(trim(attribute(node, "class")));
  if (call.class_name.empty()) {
    m_findings.warn("unknown-class", node,
                    fmt::format("<{}> without a class", printable(node.name())));
  } else if (!known.contains(call.short_class())) {
    m_findings.warn("unknown-class", node,
                    fmt::format("no {} {} is known", validates ? "validator" : "executor",
                                printable(call.class_name)));
  }
  for (const pugi::xml_node& child : elements(node)) {
    if (local_name(child) != "parameter") {
      m_findings.unknown(child, node);
      continue;
    }
    Parameter one = parameter(child);
    if (one.name == "pattern" && call.parameter("pattern").empty()) {
      try {
        call.pattern.emplace(one.value);
      } catch (const Error&) {  // NOLINT(bugprone-empty-catch): reported when the validation is
                                // evaluated
      }
    }
    call.parameters.push_back(std::move(one));
  }
  m_asked.push_back({call, node, kind});
  return call;
}

std::vector<std::string> StateParts::roles(const pugi::xml_node& node) {
  std::vector<std::string> names;
  for (std::string& role : split(attribute(node, "roles"), ',')) {
    if (role.empty()) continue;
    if (trim(role) != role) {
      m_findings.warn(
          "empty-roles", node,
          fmt::format("the role '{}' has a blank at its end: no one has it", printable(role)));
    }
    names.push_back(std::move(role));
  }
  if (names.empty()) {
    m_findings.warn("empty-roles", node,
                    fmt::format("<{}> names no role: no one may", printable(node.name())));
  }
  return names;
}

void StateParts::add_event(const std::string& name, const pugi::xml_node& node) {
  if (!name.empty()) m_named.push_back({name, node});
}

std::string StateParts::event(const pugi::xml_node& node) {
  std::string name = attribute(node, "forEvent");
  if (name.empty()) {
    m_findings.warn(
        "missing-event", node,
        fmt::format("<{}> without forEvent is never evaluated", printable(node.name())));
  }
  add_event(name, node);
  return name;
}

void StateParts::check(const State& state) {
  check_events(state);
  for (const Asked& one : m_asked) {
    auto faults = one.kind == CallKind::executor ? executor_faults(one.call)
                                                 : parameter_faults(one.call, state);
    for (CallFault& fault : faults) {
      m_findings.warn(fault.rule, one.node, std::move(fault.detail));
    }
  }
}

void StateParts::check_events(const State& state) {
  for (const Named& one : m_named) {
    if (state.transition(one.event) != nullptr) continue;
    std::string detail =
        fmt::format("'{}' has no transition '{}'", printable(state.name), printable(one.event));
    if (state.transition(trim(one.event)) != nullptr) {
      detail += "; remove the blank";
    } else {
      add_clause(detail, did_you_mean(one.event, state.events()));
    }
    m_findings.warn("event-without-transition", one.node, std::move(detail));
  }
}

}  // namespace upkeep::patch::lifecycle
