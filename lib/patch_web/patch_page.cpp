// SPDX-License-Identifier: MIT
// /patches/NAME and /queue/Q-17.
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "patch/lifecycle/sent_back.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/recent_events.hpp"
#include "patch/store/store.hpp"
#include "patch_web/assets.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/patch_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

/// The patch as it was at the end of a day, or at a time.
void go_back_to(Visit& visit, PatchView& view, const std::string& at) {
  const auto date = parse_typed_date(at, visit.now());
  if (!date) {
    throw UsageError(fmt::format("at={}: not a date", printable(at)), k_date_advice);
  }
  auto then = patch::patch_at(view.patch, view.events, iso8601(date->last()));
  if (!then) {
    throw web::Refusal("unknown", fmt::format("{} did not exist at {}", view.name, date->text()));
  }
  view.patch = std::move(*then);
  view.live = false;
}

/// An old day needs all of them. One more than the page shows tells that there are earlier ones.
std::vector<patch::Event> events_for(Visit& visit, std::uint64_t patch) {
  if (visit.query().has("at")) return patch::events_of(visit.connection(), patch);
  const auto did = to_integer(visit.query().get("did")).value_or(0);
  return patch::recent_events(visit.connection(), patch, k_newest_events + 1,
                              static_cast<std::uint64_t>(std::max(did, 0LL)));
}

PatchView view_of(Visit& visit, patch::Patch patch) {
  PatchView view;
  view.name = patch::name_of(patch, visit.names());
  view.events = events_for(visit, patch.id);
  view.patch = std::move(patch);
  if (const auto at = visit.query().maybe("at")) go_back_to(visit, view, *at);
  if (view.live && view.patch.state && !view.patch.voided_at) {
    auto& positions = visit.lifecycle().positions();
    try {
      view.position = positions.position(view.patch, view.events);
      view.rules = positions.rules_for(view.patch);
    } catch (const db::Error&) {
      throw;
    } catch (const Error&) {
      view.position.reset();  // its lifecycle cannot be read: the page shows the rest
    }
  }
  view.stay = patch::stay_of(view.patch);
  return view;
}

/// `NullPointerException in a mediator · ESB 4.9.0 · for Acme · in this state for 2d`
void subtitle(Markup& out, Visit& visit, const PatchView& view) {
  out.open("p", {{"class", "sub"}});
  std::vector<std::string> parts;
  if (const std::string text = patch::summary_of(view.patch); !text.empty()) {
    parts.push_back(text);
  }
  const auto add = [&](const char* key) {
    constexpr std::size_t k_most = 3;
    patch::Values values = patch::values_in(view.patch.fields, key);
    const std::size_t count = values.size();
    if (count > k_most + 1) {
      values.resize(k_most);
      values.push_back(fmt::format("+{}", count - k_most));
    }
    if (!values.empty()) parts.push_back(join(values, ", "));
  };
  add("overview_products");
  add("overview_client");
  out.text(join(parts, " · "));
  if (view.live && view.patch.state_since) {
    out.text(parts.empty() ? "" : " · ");
    out.element(
        "span",
        fmt::format(fmt::runtime(visit.texts().since), age_text(visit, *view.patch.state_since)),
        {{"class", "quiet"}});
  }
  out.close();
}

void remarks(Markup& out, Visit& visit, const PatchView& view) {
  const Texts& texts = visit.texts();
  if (!view.live) {
    out.open("p", {{"class", "note"}, {"role", "status"}});
    out.text(fmt::format(fmt::runtime(texts.was_then), visit.query().get("at"))).text(" ");
    out.element("a", texts.go_back, {{"href", visit.patch_address(view.name)}}).close();
    return;
  }
  if (view.patch.voided_at) {
    out.element("p", texts.void_patch, {{"class", "note"}, {"role", "status"}});
  }
  const auto back = patch::lifecycle::sent_back(view.events);
  if (!back) return;
  out.open("div", {{"class", "why"}}).open("p");
  out.element("strong", fmt::format(fmt::runtime(texts.sent_back), back->from, back->by));
  out.text(" ").element("span", age_text(visit, back->at), {{"class", "quiet"}}).close();
  if (!back->comment.empty()) {
    out.open("p", {{"class", "lines"}});
    linked_text(out, visit, back->comment);
    out.close();
  }
  out.close();
}

/// What the page depends on besides its address: the program, the language, the person, the patch's
/// last event, and the day, because ages are on it.
std::string page_tag(const Visit& visit, std::uint64_t last_event) {
  constexpr std::size_t k_day = 10;
  return fmt::format("W/\"{}.{}.{}{}.{}.{}\"", assets_hash(), visit.texts().language, visit.user(),
                     visit.acts_refused() ? "-" : "", last_event,
                     iso8601(visit.now()).substr(0, k_day));
}

/// 304 if the browser has the page already; nullopt: it must be made.
std::optional<web::Response> unchanged(Visit& visit, const patch::Patch& patch) {
  const auto known = visit.request().header("if-none-match");
  if (!known || visit.form() != nullptr || visit.query().has("did")) return std::nullopt;
  const auto rows =
      visit.connection().query("SELECT MAX(id) AS last FROM event WHERE patch = ?", {patch.id});
  const std::string tag =
      page_tag(visit, static_cast<std::uint64_t>(rows.at(0).maybe_integer("last").value_or(0)));
  if (known->find(tag) == std::string::npos) return std::nullopt;
  web::Response response;
  response.status = 304;
  response.set("ETag", tag);
  return response;
}

/// What site.js needs to tick and to look for news.
Markup::Attributes open_patch(const Visit& visit, const PatchView& view) {
  Markup::Attributes attributes{{"class", "cols"}};
  if (!view.live || view.events.empty()) return attributes;
  const std::uint64_t last = view.events.back().id;
  attributes.push_back(
      {"data-api", visit.address("/api/v1/patches/" + web::url_encoded(view.name))});
  attributes.push_back({"data-page", visit.patch_address(view.name)});
  attributes.push_back({"data-event", std::to_string(last)});
  attributes.push_back({"data-tag", page_tag(visit, last)});
  return attributes;
}

web::Response page_of_patch(Visit& visit, const PatchView& view, Section section) {
  Page page(visit, view.name, section);
  Markup& out = page.out();
  did_part(out, visit, view);
  out.open("h1").text(view.name).text(" ");
  state_badge(out, visit, patch::shown_state_of(view.patch).value_or(view.patch.queue_state));
  out.close();
  subtitle(out, visit, view);
  remarks(out, visit, view);
  out.open("div", open_patch(visit, view)).open("div");
  request_part(out, visit, view);
  if (view.position) {
    next_step_part(out, visit, view);
    checklist_part(out, visit, view);
  } else if (view.live && view.patch.ref && !view.patch.voided_at) {
    out.element("p", visit.texts().no_lifecycle, {{"class", "card"}});
  }
  more_acts_part(out, visit, view);
  out.close().open("div");
  if (view.position) customer_part(out, visit, view);
  details_part(out, visit, view);
  out.close().open("div");
  history_part(out, visit, view);
  out.close().close();
  page.command((view.position ? "pmt-lifecycle show " : "pmt-patch show ") + view.name);
  web::Response response = page.response();
  if (visit.form() == nullptr && view.live && !view.events.empty()) {
    response.set("ETag", page_tag(visit, view.events.back().id));
  }
  return response;
}

}  // namespace

web::Response patch_page(Visit& visit, const Names& names) {
  if (patch::parse_queue_id(names.at(0))) {
    return web::see_other(visit.patch_address(names.at(0)));
  }
  patch::Patch patch = visit.patch_called(names.at(0));
  const std::string name = patch::name_of(patch, visit.names());
  if (name != names.at(0)) {
    web::Response moved =
        web::see_other(visit.patch_address(name) + (visit.request().query.empty() ? "" : "?") +
                       visit.request().query);
    moved.status = 301;
    return moved;
  }
  if (auto same = unchanged(visit, patch)) return std::move(*same);
  return page_of_patch(visit, view_of(visit, std::move(patch)), Section::patches);
}

web::Response request_page(Visit& visit, const Names& names) {
  const auto queue = patch::parse_queue_id(names.at(0));
  if (!queue) {
    throw web::Refusal("unknown",
                       fmt::format("'{}' is not the id of a request", printable(names.at(0))),
                       k_name_advice);
  }
  patch::Patch request = visit.patch_called(names.at(0));
  // A request that became a patch is the patch, and its history has both.
  if (request.ref)
    return web::see_other(visit.patch_address(patch::name_of(request, visit.names())));
  if (auto same = unchanged(visit, request)) return std::move(*same);
  return page_of_patch(visit, view_of(visit, std::move(request)), Section::queue);
}

}  // namespace upkeep::patch_web
