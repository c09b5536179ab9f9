// SPDX-License-Identifier: MIT
// The next step of a patch, and its checklist.
#include "base/text.hpp"
#include "patch/lifecycle/duties.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/patch_parts.hpp"

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

/// One reason: what is missing, a link that leads to where it can be cleared, and by whom.
void reason(Markup& out, Visit& visit, const PatchView& view, const Blocker& one) {
  out.open("li");
  if (one.reason == "item" && !one.item.empty()) {
    out.element("a", one.item, {{"href", '#' + item_anchor(*view.position->state, one.item)}});
  } else if (!one.keys.empty() && one.reason == "validation") {
    out.text(sentence(one.detail)).text(" ");
    out.element("a", visit.texts().fill_in,
                {{"href", fmt::format("{}/edit?missing={}", visit.patch_address(view.name),
                                      web::url_encoded(one.event))}});
  } else {
    out.text(sentence(one.detail));
  }
  if (one.roles) {
    const std::string roles = spelled_roles(one.roles);
    out.element("span", " " + fmt::format(fmt::runtime(visit.texts().who_may), roles),
                {{"class", "quiet"}});
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
  if (!one.target.empty()) out.element("span", " \xe2\x86\x92 " + one.target, {{"class", "quiet"}});
  out.close();
}

void open_event(Markup& out, const Transition& one) {
  out.open("span", {{"class", "open"}});
  out.element("strong", one.event);
  out.element("span", " \xe2\x86\x92 " + one.target, {{"class", "quiet"}});
  out.close();
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
  std::vector<std::pair<const Transition*, std::vector<Blocker>>> blocked;
  out.open("div", {{"class", "events"}});
  for (const Transition* one : events) {
    auto reasons = blockers(position.situation(), *one, view.rules);
    if (reasons.empty()) {
      open_event(out, *one);
    } else {
      blocked_event(out, *one);
      blocked.emplace_back(one, std::move(reasons));
    }
  }
  out.close();
  for (const auto& [one, reasons] : blocked) reasons_list(out, visit, view, *one, reasons);
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
    out.element("span", done ? "\xe2\x9c\x93" : "", {{"class", "box"}, {"aria-hidden", "true"}});
    out.open("span").text(item.name);
    if (item.events.empty()) {
      out.element("span", fmt::format(" ({})", texts.optional_item), {{"class", "quiet"}});
    }
    out.close().open("span", {{"class", "quiet"}});
    if (done) {
      out.text(fmt::format(fmt::runtime(texts.ticked_by), tick->second.by,
                           age_text(visit, tick->second.at)));
    } else if (item.roles) {
      out.text(fmt::format(fmt::runtime(texts.who_may), spelled_roles(item.roles)));
    }
    out.close().close();
  }
  out.close().close();
}

}  // namespace upkeep::patch_web
