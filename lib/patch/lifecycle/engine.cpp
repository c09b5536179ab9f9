// SPDX-License-Identifier: MIT
#include "patch/lifecycle/engine.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/request.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

bool has_any(const std::vector<std::string>& roles, const Rules& rules) {
  return std::any_of(roles.begin(), roles.end(), rules.has_role);
}

void missing_votes(const Situation& situation, const std::string& event,
                   std::vector<Blocker>& reasons) {
  for (const Approval& one : situation.state.approvals) {
    if (one.event != event) continue;
    const auto found = situation.progress.votes.find(event);
    const auto votes = found == situation.progress.votes.end() ? 0 : std::ssize(found->second);
    if (votes >= one.votes) continue;
    std::string detail = fmt::format("{} of {} votes", votes, one.votes);
    if (const std::string who = spelled_roles(one.roles); !who.empty())
      detail += " (of " + who + ")";
    reasons.push_back({.event = event,
                       .reason = "vote",
                       .detail = std::move(detail),
                       .roles = one.roles,
                       .fault = Fault::votes,
                       .facts = {std::to_string(votes), std::to_string(one.votes)}});
  }
}

void unticked_items(const Situation& situation, const std::string& event,
                    std::vector<Blocker>& reasons) {
  for (const Item& one : situation.state.items) {
    const bool named = std::find(one.events.begin(), one.events.end(), event) != one.events.end();
    if (!named || situation.progress.ticks.contains(one.name)) continue;
    std::string detail = one.name;
    if (const std::string who = spelled_roles(one.roles); !who.empty())
      detail += " (by " + who + ")";
    reasons.push_back({.event = event,
                       .reason = "item",
                       .detail = std::move(detail),
                       .item = one.name,
                       .roles = one.roles,
                       .fault = Fault::unticked});
  }
}

/// Every element for the event must be satisfied, by any of its roles.
void missing_roles(const Situation& situation, const std::string& event, const Rules& rules,
                   std::vector<Blocker>& reasons) {
  if (!rules.has_role) return;
  for (const Permission& one : situation.state.permissions) {
    if (one.event != event || has_any(one.roles, rules)) continue;
    reasons.push_back({.event = event,
                       .reason = "permission",
                       .detail = "only " + spelled_roles(one.roles) + " may",
                       .roles = one.roles});
  }
}

void failing_validations(const Situation& situation, const std::string& event, const Rules& rules,
                         std::vector<Blocker>& reasons) {
  const auto check = [&](const Call& call, const std::string& item) {
    if (call.event != event) return;
    auto fault = validation_fault(call, situation, rules);
    if (!fault) return;
    reasons.push_back({.event = event,
                       .reason = "validation",
                       .detail = (item.empty() ? "" : item + ": ") + fault->detail,
                       .keys = std::move(fault->keys),
                       .item = fault->item.empty() ? item : fault->item,
                       .fault = fault->fault,
                       .facts = std::move(fault->facts)});
  };
  for (const Item& item : situation.state.items) {
    for (const Call& call : item.validations) check(call, item.name);
  }
  for (const Call& call : situation.state.validations) check(call, "");
}

}  // namespace

std::string spelled_roles(const RoleList& roles) {
  if (!roles) return {};
  return roles->empty() ? "nobody" : join(*roles, " or ");
}

std::optional<std::string> role_fault(const RoleList& roles, const Rules& rules) {
  if (!roles || !rules.has_role || has_any(*roles, rules)) return std::nullopt;
  return "only " + spelled_roles(roles) + " may";
}

std::vector<Blocker> blockers(const Situation& situation, const Transition& transition,
                              const Rules& rules) {
  std::vector<Blocker> reasons;
  if (is_closed(situation.patch, situation.definition, situation.state)) {
    reasons.push_back({.event = transition.event,
                       .reason = "conflict",
                       .detail = "the request was declined",
                       .fault = Fault::declined});
  }
  if (situation.patch.voided_at) {
    reasons.push_back({.event = transition.event,
                       .reason = "conflict",
                       .detail = "the patch is void",
                       .fault = Fault::voided});
  }
  missing_votes(situation, transition.event, reasons);
  unticked_items(situation, transition.event, reasons);
  missing_roles(situation, transition.event, rules, reasons);
  failing_validations(situation, transition.event, rules, reasons);
  if (transition.target.empty()) {
    reasons.push_back({transition.event, "target", "the lifecycle gives it no target state"});
  }
  return reasons;
}

std::vector<Blocker> input_faults(const State& state, const std::string& event,
                                  const std::map<std::string, std::string>& inputs) {
  std::vector<Blocker> reasons;
  const auto fault = [&](const std::string& input, const std::string& detail) {
    reasons.push_back({.event = event, .reason = "input", .detail = detail, .keys = {input}});
  };
  std::vector<std::string> known;
  for (const Input& one : state.inputs) {
    if (one.event != event) continue;
    known.push_back(one.name);
    const auto given = inputs.find(one.name);
    if (given == inputs.end() || given->second.empty()) {
      if (one.required) {
        fault(one.name,
              fmt::format("{} is required{}", one.name, one.label.empty() ? "" : ": " + one.label));
      }
      continue;
    }
    const auto& offered = one.values;
    if (!offered.empty() &&
        std::find(offered.begin(), offered.end(), given->second) == offered.end()) {
      const std::string meant = did_you_mean(given->second, offered);
      fault(one.name,
            fmt::format("{}: '{}' is not one of {}{}{}", one.name, printable(given->second),
                        join(offered, ", "), meant.empty() ? "" : "; ", meant));
    }
    if (!one.regex.empty()) {
      try {
        if (!Regex(one.regex).matches(given->second)) {
          fault(one.name, fmt::format("{}: '{}' does not match {}", one.name,
                                      printable(given->second), one.regex));
        }
      } catch (const Error& error) {
        fault(one.name, fmt::format("{}: {}", one.name, error.what()));
      }
    }
  }
  if (known.empty()) return reasons;
  for (const auto& [name, value] : inputs) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    fault(name, fmt::format("there is no input '{}'; {}", printable(name),
                            did_you_mean(name, known, "the inputs are " + join(known, ", "))));
  }
  return reasons;
}

}  // namespace upkeep::patch::lifecycle
