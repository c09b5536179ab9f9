// SPDX-License-Identifier: MIT
// The fields, links, dates and history of a patch.
#include "base/text.hpp"
#include "patch/lifecycle/eta.hpp"
#include "patch/registry/event_words.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/patch_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

void term(Markup& out, const std::string& label) {
  out.element("dt", label);
}

/// Whether a text needs the whole width: one that is a paragraph or more.
bool is_long(const patch::Values& values) {
  constexpr std::size_t k_paragraph = 120;
  return values.size() == 1 &&
         (values.front().size() > k_paragraph || values.front().find('\n') != std::string::npos);
}

void field_values(Markup& out, Visit& visit, const patch::Values& values) {
  Markup::Attributes attributes;
  if (is_long(values)) attributes.push_back({"class", "long"});
  out.open("dd", attributes);
  if (values.size() == 1) {
    out.open("span", {{"class", "lines"}});
    linked_text(out, visit, values.front());
    out.close();
  } else {
    out.open("ul");
    for (const std::string& value : values) {
      out.open("li");
      linked_text(out, visit, value);
      out.close();
    }
    out.close();
  }
  out.close();
}

/// The fields in the order of the type, those that it does not know last.
std::vector<std::pair<const patch::Field*, std::string>> fields_of(Visit& visit,
                                                                   const patch::Patch& patch) {
  std::vector<std::pair<const patch::Field*, std::string>> found;
  for (const patch::Field& field : visit.type().fields()) {
    if (patch.fields.contains(field.key)) found.emplace_back(&field, field.key);
  }
  for (const auto& [key, values] : patch.fields) {
    if (visit.type().find(key) == nullptr) found.emplace_back(nullptr, key);
  }
  return found;
}

void links_list(Markup& out, Visit& visit, const patch::Patch& patch) {
  if (patch.links.empty()) return;
  std::vector<patch::PatchRef> refs;
  refs.reserve(patch.links.size());
  for (const patch::Link& link : patch.links) refs.push_back(link.target);
  const auto targets = patch::find_patches(visit.connection(), refs);
  out.element("h3", visit.texts().links).open("dl");
  for (const patch::Link& link : patch.links) {
    term(out, link.type);
    out.open("dd");
    patch_link(out, visit, visit.names().format(link.target));
    const auto target = std::find_if(targets.begin(), targets.end(), [&](const patch::Patch& one) {
      return one.ref && *one.ref == link.target;
    });
    if (target != targets.end()) {
      out.text(" ");
      state_badge(out, visit, patch::shown_state_of(*target).value_or(""));
    }
    out.close();
  }
  out.close();
}

void times_list(Markup& out, Visit& visit, const patch::Patch& patch) {
  out.open("dl");
  const auto row = [&](const std::string& label, const std::optional<std::string>& at,
                       const std::optional<std::string>& by) {
    if (!at) return;
    term(out, label);
    out.open("dd");
    time_of(out, visit, *at);
    if (by) out.text(", " + *by);
    out.close();
  };
  row(visit.texts().created, patch.created_at ? patch.created_at : patch.requested_at,
      patch.created_at ? patch.created_by : patch.requested_by);
  row(visit.texts().released_on, patch.released_at, std::nullopt);
  if (patch.lifecycle) {
    term(out, visit.texts().lifecycle);
    out.open("dd");
    out.element("a", *patch.lifecycle,
                {{"href", visit.address("/lifecycles/" + web::url_encoded(*patch.lifecycle))}});
    out.close();
  }
  out.close();
}

}  // namespace

void details_part(Markup& out, Visit& visit, const PatchView& view) {
  out.open("section", {{"class", "card"}, {"aria-labelledby", "details"}});
  out.open("h2", {{"id", "details"}}).text(visit.texts().details).text(" ");
  if (view.live && !view.patch.voided_at && !visit.acts_refused() && visit.has_role("pmt-edit")) {
    out.element("a", visit.texts().edit,
                {{"href", visit.patch_address(view.name) + "/edit"}, {"data-key", "e"}});
  }
  out.close();
  std::string table;
  bool open = false;
  for (const auto& [field, key] : fields_of(visit, view.patch)) {
    const std::string of = field == nullptr ? "" : field->table;
    if (!open || of != table) {
      if (open) out.close();
      if (!of.empty()) out.element("h3", of);
      out.open("dl");
      open = true;
      table = of;
    }
    term(out, field == nullptr ? key : field->caption());
    field_values(out, visit, view.patch.fields.at(key));
  }
  if (open) out.close();
  links_list(out, visit, view.patch);
  times_list(out, visit, view.patch);
  out.close();
}

void customer_part(Markup& out, Visit& visit, const PatchView& view) {
  const auto eta = patch::lifecycle::eta_of(view.patch, *view.position->definition, view.events,
                                            visit.config().patch, visit.now());
  if (!eta.promised()) return;
  out.open("section", {{"class", "card"}, {"aria-labelledby", "customer"}});
  out.element("h2", visit.texts().customer, {{"id", "customer"}});
  out.element("p", customer_sentence(visit.texts(), eta), {{"class", "copy"}});
  out.close();
}

void event_list(Markup& out, Visit& visit, const std::vector<const patch::Event*>& events,
                const std::set<std::uint64_t>& revoked,
                const std::function<void(const patch::Event& event, bool revoked)>& more) {
  TextStyle style;
  style.now = visit.now();
  style.relative = false;
  out.open("ol", {{"class", "history"}});
  for (const patch::Event* event : events) {
    const patch::EventWords words =
        patch::event_words(*event, revoked.contains(event->id), visit.type(), visit.names(), style,
                           visit.texts().events);
    out.open("li", {{"id", fmt::format("event-{}", event->id)}}).open("p");
    out.element("strong", event->actor).text(" ").text(words.head);
    if (!words.state.empty()) state_badge(out, visit, words.state);
    if (!words.remark.empty()) out.text(" (").text(words.remark).text(")");
    out.text(" ").open("span", {{"class", "quiet"}});
    out.element("time", age_text(visit, event->at),
                {{"datetime", event->at}, {"title", event->at}});
    out.close().close();
    if (!words.list.empty()) {
      out.open("ul");
      for (const std::string& line : words.list) out.element("li", line);
      out.close();
    }
    if (!event->comment.empty()) {
      out.open("p", {{"class", "lines"}});
      linked_text(out, visit, event->comment);
      out.close();
    }
    if (more) more(*event, revoked.contains(event->id));
    out.close();
  }
  out.close();
}

void history_part(Markup& out, Visit& visit, const PatchView& view) {
  std::vector<const patch::Event*> newest;
  const std::size_t shown = std::min(view.events.size(), k_newest_events);
  newest.reserve(shown);
  for (std::size_t i = 1; i <= shown; ++i) newest.push_back(&view.events[view.events.size() - i]);
  out.open("section", {{"class", "card"}, {"aria-labelledby", "history"}});
  out.element("h2", visit.texts().history, {{"id", "history"}});
  event_list(out, visit, newest, patch::revoked_events(view.events));
  if (view.events.size() > newest.size()) {
    out.open("p");
    out.element("a", visit.texts().earlier_events,
                {{"href", fmt::format("{}/history?before={}", visit.patch_address(view.name),
                                      newest.back()->id)}});
    out.close();
  }
  out.close();
}

}  // namespace upkeep::patch_web
