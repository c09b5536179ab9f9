// SPDX-License-Identifier: MIT
#include "patch_web/lifecycle_text.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/query/query_words.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/reasons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch_web {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): these parts are all that

/// A list of texts in a cell; nothing if it is empty.
void lines(Markup& out, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  if (texts.size() == 1) {
    out.text(texts.front());
    return;
  }
  out.open("ul", {{"class", "plain"}});
  for (const std::string& one : texts) out.element("li", one);
  out.close();
}

/// What an event needs besides the items of the checklist.
std::vector<std::string> needs_of(Visit& visit, const State& state, const std::string& event) {
  const LifecycleTexts& texts = visit.texts().lifecycle_page;
  std::vector<std::string> needs;
  for (const Approval& one : state.approvals) {
    if (one.event != event) continue;
    needs.push_back(one.roles ? fmt::format(fmt::runtime(texts.votes_by), one.votes,
                                            roles_text(visit.texts(), one.roles))
                              : counted(texts.votes, static_cast<std::size_t>(one.votes)));
  }
  for (const Call& one : state.validations) {
    if (one.event == event) needs.push_back(requirement_text(visit, one, state));
  }
  return needs;
}

std::string who_may(Visit& visit, const State& state, const std::string& event) {
  std::vector<std::string> all;
  for (const Permission& one : state.permissions) {
    if (one.event == event) all.push_back(roles_text(visit.texts(), one.roles));
  }
  return all.empty() ? visit.texts().anybody : join(all, "; ");
}

std::vector<std::string> inputs_of(Visit& visit, const State& state, const std::string& event) {
  std::vector<std::string> inputs;
  for (const Input& one : state.inputs) {
    if (one.event != event) continue;
    std::string text = one.caption();
    if (!one.values.empty()) text += ": " + join(one.values, ", ");
    if (!one.required) text += fmt::format(" ({})", visit.texts().lifecycle_page.optional);
    inputs.push_back(std::move(text));
  }
  return inputs;
}

/// Columns that are shown only where an event of the state has something in them.
struct EventColumns {
  bool needs = false, inputs = false;
};

void event_row(Markup& out, Visit& visit, const Definition& definition, const State& state,
               const Transition& one, const EventColumns& columns) {
  const LifecycleTexts& texts = visit.texts().lifecycle_page;
  out.open("tr").element("th", one.event, {{"scope", "row"}});
  out.open("td", {{"data-label", texts.leads_to}});
  if (one.target.empty()) {
    out.text(visit.texts().target_empty);
  } else {
    out.element("a", one.target, {{"href", '#' + state_anchor(definition, one.target)}});
  }
  out.close();
  const auto cell = [&](const std::string& label, const std::vector<std::string>& all) {
    out.open("td", {{"data-label", label}});
    lines(out, all);
    out.close();
  };
  if (columns.needs) cell(texts.needs, needs_of(visit, state, one.event));
  if (columns.inputs) cell(texts.asks_for, inputs_of(visit, state, one.event));
  out.element("td", who_may(visit, state, one.event), {{"data-label", visit.texts().me.who}});
  out.close();
}

void events_table(Markup& out, Visit& visit, const Definition& definition, const State& state) {
  const LifecycleTexts& texts = visit.texts().lifecycle_page;
  if (state.transitions.empty()) {
    out.element("p", texts.events_none, {{"class", "quiet"}});
    return;
  }
  const EventColumns columns{.needs = !state.approvals.empty() || !state.validations.empty(),
                             .inputs = !state.inputs.empty()};
  std::vector<std::string> labels{texts.event, texts.leads_to};
  if (columns.needs) labels.push_back(texts.needs);
  if (columns.inputs) labels.push_back(texts.asks_for);
  labels.push_back(visit.texts().me.who);
  out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  for (const std::string& label : labels) out.element("th", label, {{"scope", "col"}});
  out.close().close().open("tbody");
  for (const Transition& one : state.transitions) {
    event_row(out, visit, definition, state, one, columns);
  }
  out.close().close().close();
}

void items_list(Markup& out, Visit& visit, const State& state) {
  if (state.items.empty()) return;
  const LifecycleTexts& texts = visit.texts().lifecycle_page;
  out.element("h3", texts.items).open("ol", {{"class", "items"}});
  for (const Item& one : state.items) {
    out.open("li").text(one.name);
    std::string remark = one.events.empty()
                             ? texts.blocks_nothing
                             : fmt::format(fmt::runtime(texts.blocks), join(one.events, ", "));
    if (one.roles) {
      const Texts& all = visit.texts();
      remark += ", " + needed_role(all, one.roles, roles_text(all, one.roles));
    }
    for (const Call& call : one.validations) remark += "; " + requirement_text(visit, call, state);
    out.element("span", " " + remark, {{"class", "quiet"}}).close();
  }
  out.close();
}

void limits_list(Markup& out, Visit& visit, const State& state) {
  if (state.checkpoints.empty()) return;
  const LifecycleTexts& texts = visit.texts().lifecycle_page;
  out.element("h3", texts.time_limits).open("ul", {{"class", "plain"}});
  for (const Checkpoint& one : state.checkpoints) {
    out.element("li",
                fmt::format(fmt::runtime(texts.limit), one.colour.empty() ? one.id : one.colour,
                            human_duration(one.min), human_duration(one.max)));
  }
  out.close();
}

void take(std::set<std::string>& named, const RoleList& roles) {
  if (roles) named.insert(roles->begin(), roles->end());
}

std::set<std::string> roles_named(const Definition& definition) {
  std::set<std::string> named;
  for (const State& state : definition.states) {
    for (const Item& one : state.items) take(named, one.roles);
    for (const Approval& one : state.approvals) take(named, one.roles);
    for (const Permission& one : state.permissions)
      named.insert(one.roles.begin(), one.roles.end());
  }
  return named;
}

}  // namespace

std::string state_anchor(const Definition& definition, const std::string& state) {
  for (std::size_t i = 0; i < definition.states.size(); ++i) {
    if (same_state(definition.states[i].name, state)) return fmt::format("state-{}", i + 1);
  }
  return "states";
}

std::string state_list_address(const Visit& visit, const std::string& lifecycle,
                               const std::string& state) {
  const auto term = [](const char* key, const std::string& value) {
    return key + ("=" + replace_all(value, ",", "\\,"));  // a comma separates alternatives
  };
  return visit.list_address(
      patch::query_text({term("lifecycle", lifecycle), term("state", state)}));
}

void state_part(Markup& out, Visit& visit, const Definition& definition, const State& state,
                std::int64_t patches) {
  const LifecycleTexts& texts = visit.texts().lifecycle_page;
  const std::string anchor = state_anchor(definition, state.name);
  out.open("section", {{"class", "card"}, {"id", anchor}, {"aria-labelledby", anchor + "-name"}});
  out.open("h2", {{"id", anchor + "-name"}});
  state_badge(out, visit, state.name);
  out.close().open("p", {{"class", "sub"}});
  out.element("a", counted(texts.here, static_cast<std::size_t>(patches)),
              {{"href", state_list_address(visit, definition.name, state.name)}});
  if (same_state(state.name, definition.initial)) out.text(" · ").text(texts.first_state);
  out.close();
  events_table(out, visit, definition, state);
  items_list(out, visit, state);
  limits_list(out, visit, state);
  out.close();
}

void roles_part(Markup& out, Visit& visit, const Definition& definition) {
  const std::set<std::string> named = roles_named(definition);
  if (named.empty()) return;
  const LifecycleTexts& texts = visit.texts().lifecycle_page;
  out.open("section", {{"class", "card"}, {"aria-labelledby", "roles"}});
  out.element("h2", texts.roles, {{"id", "roles"}});
  const auto& roles = visit.config().patch.roles;
  if (!roles) out.element("p", texts.roles_off);
  out.open("dl");
  for (const std::string& role : named) {
    out.element("dt", role);
    const auto found = roles ? roles->find(role) : decltype(roles->find(role)){};
    const bool has_members = roles && found != roles->end() && !found->second.empty();
    out.element("dd", !roles        ? visit.texts().anybody
                      : has_members ? join(found->second, ", ")
                                    : texts.no_members);
  }
  out.close().close();
}

}  // namespace upkeep::patch_web
