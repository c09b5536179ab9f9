// SPDX-License-Identifier: MIT
// /patches/NAME/history: every event, page by page, or one event.
#include "base/text.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/history_part.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/patch_parts.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

namespace {

/// A number of the query. @throws UsageError for anything else
std::optional<std::uint64_t> event_number(Visit& visit, const char* name) {
  const auto text = visit.query().maybe(name);
  if (!text) return std::nullopt;
  const auto number = to_integer(*text);
  if (number && *number > 0) return static_cast<std::uint64_t>(*number);
  throw UsageError(fmt::format("{}={}: not the number of an event", name, printable(*text)));
}

/// Each change of an event, before and after.
void differences(Markup& out, Visit& visit, const patch::Event& event) {
  const Texts& texts = visit.texts();
  out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  for (const std::string& label : {texts.field, texts.before, texts.after}) {
    out.element("th", label, {{"scope", "col"}});
  }
  out.close().close().open("tbody");
  for (const patch::Change& change : event.changes) {
    out.open("tr").element("th", change.key, {{"scope", "row"}});
    for (const Value& side : {change.from, change.to}) {
      out.open("td", {{"class", "lines"}});
      linked_text(out, visit, to_text(patch::shown_value(change, side, visit.names())));
      out.close();
    }
    out.close();
  }
  out.close().close().close();
}

/// A form that revokes the time of an event, folded unless it has come back.
void revoke_form(Markup& out, Visit& visit, const std::string& name, const patch::Event& event) {
  const Texts& texts = visit.texts();
  const std::string number = std::to_string(event.id);
  const bool back = visit.form() != nullptr && visit.form()->get("revoke") == number;
  const std::string address = visit.patch_address(name), id = back ? "f-why" : "why-" + number;
  Markup::Attributes open;
  if (back) open.push_back({"open", "", true});
  out.open("details", open).element("summary", texts.revoke_time);
  out.open("form", {{"method", "post"}, {"action", address + "/log-time"}, {"class", "fields"}});
  form_guards(out, visit, std::nullopt, address + "/history");
  out.open("input", {{"type", "hidden"}, {"name", "revoke"}, {"value", number}});
  out.open("div", {{"class", "field"}}).element("label", texts.why, {{"for", id}});
  out.open("input", {{"id", id},
                     {"name", "why"},
                     {"required", "", true},
                     {"value", back ? visit.form()->get("why") : ""}});
  out.close();
  out.open("div", {{"class", "buttons"}});
  out.element("button", texts.revoke_time, {{"class", "plain"}}).close();
  out.close().close();
}

}  // namespace

web::Response history_page(Visit& visit, const Names& names) {
  const patch::Patch patch = visit.subject(names.at(0));
  const std::string name = patch::name_of(patch, visit.names());
  const auto one = event_number(visit, "event");
  const auto before = event_number(visit, "before");
  const auto size = static_cast<std::size_t>(visit.web().page_size);
  const patch::HistoryPart part =
      one ? patch::history_event(visit.connection(), patch.id, *one)
          : patch::history_part(visit.connection(), patch.id, before.value_or(0), size);
  if (one && part.events.empty()) {
    throw web::Refusal("unknown", fmt::format("{} has no event {}", name, *one));
  }
  std::vector<const patch::Event*> shown;
  shown.reserve(part.events.size());
  for (const patch::Event& event : part.events) shown.push_back(&event);
  Page page(visit, fmt::format("{}, {}", name, visit.texts().history), Section::patches);
  Markup& out = page.out();
  out.open("h1");
  patch_link(out, visit, name);
  out.text(" ").element("span", visit.texts().history, {{"class", "quiet"}}).close();
  out.open("section", {{"class", "card"}});
  const bool may_act = !visit.acts_refused() && !patch.voided_at;
  event_list(out, visit, shown, part.revoked, [&](const patch::Event& event, bool revoked) {
    if (may_act && event.time && !event.revokes && !revoked) {
      revoke_form(out, visit, name, event);
    }
  });
  if (one) differences(out, visit, *shown.front());
  out.close();
  out.open("nav", {{"class", "pager"}, {"aria-label", visit.texts().history}});
  const std::string address = visit.patch_address(name) + "/history";
  if (one || before) out.element("a", visit.texts().later_events, {{"href", address}});
  if (part.more) {
    out.element("a", visit.texts().earlier_events,
                {{"href", fmt::format("{}?before={}", address, shown.back()->id)}});
  }
  out.close();
  page.command("pmt-patch history " + name);
  return page.response();
}

}  // namespace upkeep::patch_web
