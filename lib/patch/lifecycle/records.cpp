// SPDX-License-Identifier: MIT
#include "patch/lifecycle/records.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

Value roles_value(const RoleList& roles) {
  return roles ? Value(ValueList(roles->begin(), roles->end())) : Value();
}

Value keys_value(const Blocker& reason) {
  return reason.keys.empty() ? Value() : Value(ValueList(reason.keys.begin(), reason.keys.end()));
}

ValueObject reason_object(const Blocker& reason) {
  return {{"reason", reason.reason},
          {"detail", reason.detail},
          {"keys", keys_value(reason)},
          {"item", null_if_empty(reason.item)},
          {"roles", roles_value(reason.roles)}};
}

std::string reason_text(const Blocker& reason) {
  return reason.reason + ": " + reason.detail;
}

ValueList items_list(const Position& position) {
  ValueList items;
  std::int64_t order = 0;
  for (const Item& item : position.state->items) {
    const auto tick = position.progress.ticks.find(item.name);
    const bool ticked = tick != position.progress.ticks.end();
    items.emplace_back(ValueObject{{"order", ++order},
                                   {"name", item.name},
                                   {"ticked", ticked},
                                   {"by", ticked ? Value(tick->second.by) : Value()},
                                   {"at", ticked ? Value(tick->second.at) : Value()},
                                   {"events", ValueList(item.events.begin(), item.events.end())},
                                   {"roles", roles_value(item.roles)}});
  }
  return items;
}

ValueObject event_object_of(const Position& position, const Transition& transition,
                            const Rules& rules) {
  const auto reasons = blockers(position.situation(), transition, rules);
  ValueList texts, objects;
  texts.reserve(reasons.size());
  objects.reserve(reasons.size());
  for (const Blocker& one : reasons) {
    texts.emplace_back(reason_text(one));
    objects.emplace_back(reason_object(one));
  }
  ValueObject object{{"event", transition.event},
                     {"target", null_if_empty(transition.target)},
                     {"available", reasons.empty()},
                     {"blocked_by", std::move(texts)},
                     {"reasons", std::move(objects)}};
  for (const Approval& one : position.state->approvals) {
    if (one.event != transition.event) continue;
    const auto votes = position.progress.votes.find(one.event);
    ValueList voters;
    if (votes != position.progress.votes.end()) {
      voters.assign(votes->second.begin(), votes->second.end());
    }
    object.emplace_back("votes_needed", one.votes);
    object.emplace_back("voters", std::move(voters));
  }
  ValueList inputs, extras, executions;
  for (const Input& one : position.state->inputs) {
    if (one.event == transition.event) {
      inputs.emplace_back(ValueObject{{"name", one.name},
                                      {"required", one.required},
                                      {"label", null_if_empty(one.label)},
                                      {"values", ValueList(one.values.begin(), one.values.end())},
                                      {"regex", null_if_empty(one.regex)}});
    }
  }
  for (const Extra& one : position.state->extras) {
    if (one.event == transition.event) {
      extras.emplace_back(ValueObject{{"kind", one.kind}, {"what", one.what}});
    }
  }
  for (const Call& one : position.state->executions) {
    if (one.event == transition.event) executions.emplace_back(one.class_name);
  }
  if (!inputs.empty()) object.emplace_back("inputs", std::move(inputs));
  if (!executions.empty()) object.emplace_back("executors", std::move(executions));
  if (!extras.empty()) object.emplace_back("not_run", std::move(extras));
  return object;
}

}  // namespace

const std::vector<std::string>& show_columns() {
  static const std::vector<std::string> k_columns{"patch", "lifecycle", "state",   "since_s",
                                                  "items", "events",    "version", "stay"};
  return k_columns;
}

std::chrono::seconds time_since(const std::string& iso, WallTime now) {
  const auto then = parse_iso8601(iso);
  if (!then) return {};
  return std::max(std::chrono::seconds(0), std::chrono::floor<std::chrono::seconds>(now) -
                                               std::chrono::floor<std::chrono::seconds>(*then));
}

Record show_record(const Position& position, const Rules& rules, const std::string& name,
                   WallTime now) {
  ValueList events;
  for (const Transition& one : position.state->transitions) {
    events.emplace_back(event_object_of(position, one, rules));
  }
  const auto& since = position.patch.state_since;
  return {name,
          *position.patch.lifecycle,
          *shown_state_of(position.patch),
          since ? Value(time_since(*since, now)) : Value(),
          items_list(position),
          std::move(events),
          position.patch.lifecycle_version,
          stay_of(position.patch)};
}

const std::vector<std::string>& reason_columns() {
  static const std::vector<std::string> k_columns{"patch", "event", "reason", "detail",
                                                  "keys",  "item",  "roles"};
  return k_columns;
}

Record reason_record(const std::string& patch, const Blocker& reason) {
  return {patch,
          null_if_empty(reason.event),
          reason.reason,
          reason.detail,
          keys_value(reason),
          null_if_empty(reason.item),
          roles_value(reason.roles)};
}

const std::vector<std::string>& blocker_columns() {
  static const std::vector<std::string> k_columns{"patch",   "event", "reason", "detail",
                                                  "since_s", "keys",  "item",   "roles"};
  return k_columns;
}

Record blocker_record(const std::string& patch, const Blocker& reason, const Value& since) {
  // Not an insertion, of which g++ 12 warns.
  return {patch,
          null_if_empty(reason.event),
          reason.reason,
          reason.detail,
          since,
          keys_value(reason),
          null_if_empty(reason.item),
          roles_value(reason.roles)};
}

const std::vector<std::string>& lint_columns() {
  static const std::vector<std::string> k_columns{"file", "severity", "rule", "line", "detail"};
  return k_columns;
}

Record lint_record(const std::string& file, const Finding& finding) {
  return {file, std::string(to_word(finding.severity)), finding.rule,
          finding.line > 0 ? Value(finding.line) : Value(), finding.detail};
}

}  // namespace upkeep::patch::lifecycle
