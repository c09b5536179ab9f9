// SPDX-License-Identifier: MIT
// The next step of a patch, and its checklist.
#include "base/text.hpp"
#include "patch/lifecycle/duties.hpp"
#include "patch_web/event_form.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/patch_parts.hpp"
#include "patch_web/reasons.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): these parts are all that

/// Where the item with this name is on the page.
std::string item_anchor(const State& state, const std::string& name) {
  for (std::size_t i = 0; i < state.items.size(); ++i) {
    if (state.items[i].name == name) return fmt::format("item-{}", i + 1);
  }
  return "checklist";
}

/// One reason: what is missing, links that lead to where it can be cleared, and by whom.
void reason(Markup& out, Visit& visit, const PatchView& view, const Blocker& one) {
  out.open("li");
  if (one.reason == "item" && !one.item.empty()) {
    out.element("a", one.item, {{"href", '#' + item_anchor(*view.position->state, one.item)}});
  } else if (one.reason == "vote") {
    out.element("a", reason_text(visit, one), {{"href", "#vote-" + web::url_encoded(one.event)}});
  } else {
    reason_sentence(out, visit, one, [&](const std::string& key) {
      return fmt::format("{}/edit?missing={}&field={}", visit.patch_address(view.name),
                         web::url_encoded(one.event), web::url_encoded(key));
    });
  }
  if (one.roles && one.reason != "permission") {
    const std::string named = roles_and_people(visit, one.roles);
    out.element("span", " " + needed_role(visit.texts(), one.roles, named), {{"class", "quiet"}});
  }
  out.close();
}

void reasons_list(Markup& out, Visit& visit, const PatchView& view, const Transition& one,
                  const std::vector<Blocker>& reasons) {
  const Texts& texts = visit.texts();
  out.open("div", {{"class", "why"}}).open("p");
  out.element("strong", fmt::format(fmt::runtime(texts.not_yet), one.event) + ".").text(" ");
  out.text(reasons.size() == 1 ? texts.blocked_one
                               : fmt::format(fmt::runtime(texts.blocked_many), reasons.size()));
  out.close().open("ul");
  for (const Blocker& reason_of : reasons) reason(out, visit, view, reason_of);
  out.close().close();
}

/// An event that cannot be taken now: text, never a grey button.
void blocked_event(Markup& out, const Transition& one) {
  out.open("span", {{"class", "blocked"}});
  out.text(one.event);
  if (!one.target.empty() && one.target != one.event) {
    out.element("span", " \xe2\x86\x92 " + one.target, {{"class", "quiet"}});
  }
  out.close();
}

/// Votes that an event needs: how many there are, and the person's own.
void votes(Markup& out, Visit& visit, const PatchView& view, const Transition& one) {
  for (const Approval& approval : view.position->state->approvals) {
    if (approval.event != one.event) continue;
    const auto found = view.position->progress.votes.find(one.event);
    const std::vector<std::string> voters =
        found == view.position->progress.votes.end() ? std::vector<std::string>() : found->second;
    const bool mine = std::find(voters.begin(), voters.end(), visit.user()) != voters.end();
    out.open("div", {{"class", "votes"}, {"id", "vote-" + web::url_encoded(one.event)}});
    out.text(one.event + ": ");
    out.text(fmt::format(fmt::runtime(visit.texts().votes), voters.size(), approval.votes));
    if (!voters.empty()) out.element("span", " " + join(voters, ", "), {{"class", "quiet"}});
    if (!visit.acts_refused() && !role_fault(approval.roles, view.rules)) {
      act_button(out, visit,
                 {.action = visit.patch_address(view.name) + (mine ? "/unvote" : "/vote"),
                  .name = "event",
                  .value = one.event,
                  .label = mine ? visit.texts().unvote
                                : fmt::format(fmt::runtime(visit.texts().vote), one.event),
                  .stay = view.stay});
    }
    out.close();
  }
}

/// The box of an item: a button if the person may tick it or take its tick back.
void item_box(Markup& out, Visit& visit, const PatchView& view, const Item& item, bool done) {
  const std::string mark = done ? "\xe2\x9c\x93" : " ";
  if (visit.acts_refused() || role_fault(item.roles, view.rules)) {
    out.element("span", mark, {{"class", "box"}, {"aria-hidden", "true"}});
    return;
  }
  const Texts& texts = visit.texts();
  act_button(out, visit,
             {.action = visit.patch_address(view.name) + (done ? "/untick" : "/tick"),
              .name = "item",
              .value = item.name,
              .label = mark,
              .style = "box",
              .description = fmt::format(fmt::runtime(done ? texts.untick : texts.tick), item.name),
              .stay = view.stay});
}

/// Several items at once, all or none: items that the person may tick and that are not ticked.
void several_ticks(Markup& out, Visit& visit, const PatchView& view) {
  std::vector<std::pair<std::size_t, const Item*>> open;
  const State& state = *view.position->state;
  for (std::size_t i = 0; i < state.items.size(); ++i) {
    const Item& item = state.items[i];
    if (view.position->progress.ticks.contains(item.name) || role_fault(item.roles, view.rules)) {
      continue;
    }
    open.emplace_back(i + 1, &item);
  }
  if (open.size() < 2 || visit.acts_refused()) return;
  out.open("details", {{"class", "several"}}).element("summary", visit.texts().tick_several);
  out.open("form", {{"method", "post"}, {"action", visit.patch_address(view.name) + "/tick"}});
  form_guards(out, visit, view.stay);
  for (const auto& [number, item] : open) {
    out.open("label");
    out.open("input", {{"type", "checkbox"},
                       {"name", "item"},
                       {"id", fmt::format("choose-{}", number)},
                       {"value", item->name}});
    out.text(" ").text(item->name).close();
  }
  out.element("button", visit.texts().tick_chosen).close().close();
}

}  // namespace

void next_step_part(Markup& out, Visit& visit, const PatchView& view) {
  const Position& position = *view.position;
  const Transition* first = next_event(*position.state);
  out.open("section", {{"class", "card next"}, {"aria-labelledby", "next-step"}});
  out.element("h2", visit.texts().next_step, {{"id", "next-step"}});
  std::vector<const Transition*> events;
  events.reserve(position.state->transitions.size());
  for (const Transition& one : position.state->transitions) events.push_back(&one);
  std::stable_partition(events.begin(), events.end(),
                        [&](const Transition* one) { return one == first; });
  // The reasons against the next step come before the other events.
  const auto show = [&](std::size_t from, std::size_t end) {
    std::vector<std::pair<const Transition*, std::vector<Blocker>>> blocked;
    out.open("div", {{"class", "events"}});
    for (std::size_t i = from; i < end; ++i) {
      const Transition& one = *events[i];
      auto reasons = blockers(position.situation(), one, view.rules);
      const auto lacks = fillable_fields(visit, reasons);
      if (!lacks.empty() || (reasons.empty() && !visit.acts_refused())) {
        event_form(out, visit, view, one, lacks);
      } else {
        blocked_event(out, one);
      }
      if (!reasons.empty()) blocked.emplace_back(&one, std::move(reasons));
    }
    out.close();
    for (std::size_t i = from; i < end; ++i) votes(out, visit, view, *events[i]);
    for (const auto& [one, reasons] : blocked) reasons_list(out, visit, view, *one, reasons);
  };
  const std::size_t leading = !events.empty() && events.front() == first ? 1 : 0;
  if (leading > 0) show(0, leading);
  if (events.size() > leading) show(leading, events.size());
  out.close();
}

void checklist_part(Markup& out, Visit& visit, const PatchView& view) {
  const State& state = *view.position->state;
  if (state.items.empty()) return;
  const Progress& progress = view.position->progress;
  const Texts& texts = visit.texts();
  const auto ticked = std::count_if(state.items.begin(), state.items.end(), [&](const Item& one) {
    return progress.ticks.contains(one.name);
  });
  out.open("section", {{"class", "card"}, {"id", "checklist"}, {"aria-labelledby", "checks"}});
  out.open("h2", {{"id", "checks"}}).text(texts.checklist).text(" ");
  out.element("span", fmt::format(fmt::runtime(texts.ticked_of), ticked, state.items.size()),
              {{"class", "quiet"}});
  out.close().open("ul", {{"class", "check"}});
  std::size_t order = 0;
  for (const Item& item : state.items) {
    const auto tick = progress.ticks.find(item.name);
    const bool done = tick != progress.ticks.end();
    Markup::Attributes attributes{{"id", fmt::format("item-{}", ++order)}};
    if (done) attributes.push_back({"class", "done"});
    out.open("li", attributes);
    item_box(out, visit, view, item, done);
    out.open("span").text(item.name);
    if (item.events.empty()) {
      out.element("span", fmt::format(" ({})", texts.optional_item), {{"class", "quiet"}});
    }
    out.close().open("span", {{"class", "quiet"}});
    if (done) {
      out.text(fmt::format(fmt::runtime(texts.ticked_by), tick->second.by,
                           age_text(visit, tick->second.at)));
    } else if (item.roles) {
      out.text(needed_role(texts, item.roles, roles_text(texts, item.roles)));
    }
    out.close().close();
  }
  out.close();
  several_ticks(out, visit, view);
  out.close();
}

}  // namespace upkeep::patch_web
