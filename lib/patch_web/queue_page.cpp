// SPDX-License-Identifier: MIT
// /queue: the requests that wait for a number.
#include "base/text.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/model/keys.hpp"
#include "patch/query/query.hpp"
#include "patch/query/query_words.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/hidden_act.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/patch_parts.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

namespace {

/// How urgent an age looks: it is also written in words.
std::string age_class(std::chrono::seconds age) {
  using days = std::chrono::days;
  if (age >= days(14)) return "n late";
  return age >= days(7) ? "n soon" : "n";
}

void request_row(Markup& out, Visit& visit, const patch::Patch& request) {
  const Texts& texts = visit.texts();
  const std::string name = patch::queue_id(*request.queue);
  const auto age = patch::lifecycle::time_since(request.requested_at.value_or(""), visit.now());
  constexpr std::size_t k_width = 90;
  out.open("tr").open("td", {{"data-label", texts.patch}});
  patch_link(out, visit, name);
  out.open("br").element("span", ellipsized(printable(patch::summary_of(request)), k_width),
                         {{"class", "quiet"}});
  out.close();
  out.open("td", {{"data-label", texts.state}});
  state_badge(out, visit, request.queue_state);
  if (request.ref) {
    out.text(" ");
    patch_link(out, visit, visit.names().format(*request.ref));
  }
  out.close();
  const auto cell = [&](const std::string& label, const char* key) {
    out.element("td", join(patch::values_in(request.fields, key), ", "), {{"data-label", label}});
  };
  cell(texts.priority, patch::k_priority_key);
  cell(texts.product, "overview_products");
  cell(texts.client, "overview_client");
  out.element("td", human_duration(age), {{"class", age_class(age)}, {"data-label", texts.age}});
  out.open("td");
  take_button(out, visit, request);
  out.close().close();
}

}  // namespace

web::Response queue_page(Visit& visit, const Names& /*names*/) {
  const bool all = visit.query().has("all");
  const std::string q = visit.query().get("q");
  patch::SelectorSql selected = visit.select(patch::query_words(q), patch::Rows::requests);
  if (!all) selected.conditions.push_back({"p.queue_state = 'open'", {}});
  const Texts& texts = visit.texts();
  Page page(visit, texts.queue, Section::queue);
  Markup& out = page.out();
  hidden_did_part(out, visit);
  out.element("h1", texts.queue);
  const auto requests = patch::select_patches(visit.connection(), selected);
  out.open("p", {{"class", "sub"}});
  out.text(counted(texts.requests_shown, requests.size()));
  out.open("span", {{"class", "on-screen"}}).text(" · ");
  out.element("a", all ? texts.open_only : texts.all_requests,
              {{"href", visit.address(all ? "/queue" : "/queue?all")}});
  if (!visit.acts_refused() && visit.has_role("pmt-request")) {
    out.text(" · ").element("a", texts.new_request, {{"href", visit.address("/queue/new")}});
  }
  out.close().close();
  if (requests.empty()) {
    out.element("p", texts.none_found);
  } else {
    out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
    for (const std::string& label :
         {texts.patch, texts.state, texts.priority, texts.product, texts.client, texts.age}) {
      out.element("th", label, {{"scope", "col"}});
    }
    out.element("td", "").close().close().open("tbody");
    for (const patch::Patch& request : requests) request_row(out, visit, request);
    out.close().close().close();
  }
  page.command(all ? "pmt-patch queue --all" : "pmt-patch queue");
  return page.response();
}

}  // namespace upkeep::patch_web
