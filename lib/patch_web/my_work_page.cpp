// SPDX-License-Identifier: MIT
// /: what waits for the person.
#include "base/text.hpp"
#include "patch/lifecycle/agenda.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/patch_parts.hpp"
#include "patch_web/reasons.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

using patch::lifecycle::AgendaEntry;
using patch::lifecycle::Block;

constexpr std::size_t k_most_shown = 50;

std::string summary_line(const patch::Patch& patch) {
  constexpr std::size_t k_width = 90;
  return ellipsized(printable(patch::summary_of(patch)), k_width);
}

void head_row(Markup& out, const std::vector<std::string>& labels) {
  out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  for (const std::string& label : labels) {
    if (label.empty()) {
      out.element("td", "");  // above buttons
    } else {
      out.element("th", label, {{"scope", "col"}});
    }
  }
  out.close().close().open("tbody");
}

void name_cell(Markup& out, Visit& visit, const AgendaEntry& one) {
  const std::string name = patch::name_of(one.patch, visit.names());
  out.open("td", {{"data-label", visit.texts().patch}});
  patch_link(out, visit, name);
  out.open("br").element("span", summary_line(one.patch), {{"class", "quiet"}});
  out.close();
}

void text_cell(Markup& out, const std::string& label, const std::string& text) {
  out.element("td", text, {{"data-label", label}});
}

void since_cell(Markup& out, Visit& visit, const AgendaEntry& one, bool late) {
  out.open("td", {{"class", late ? "n late" : "n"}, {"data-label", visit.texts().waiting_since}});
  if (one.since) out.text(human_duration(*one.since));
  if (late) out.text(", " + visit.texts().overdue_at);
  out.close();
}

void patch_row(Markup& out, Visit& visit, const AgendaEntry& one, bool late) {
  out.open("tr");
  name_cell(out, visit, one);
  out.open("td", {{"data-label", visit.texts().state}});
  state_badge(out, visit, one.state);
  out.close();
  out.open("td", {{"data-label", visit.texts().what_is_next}});
  if (!one.event.empty()) out.element("strong", one.event);
  const std::string what = duty_text(visit, one);
  if (!one.event.empty() && !what.empty()) out.text(": ");
  out.text(what).close();
  text_cell(out, visit.texts().client,
            join(patch::values_in(one.patch.fields, "overview_client"), ", "));
  since_cell(out, visit, one, late);
  out.close();
}

void request_row(Markup& out, Visit& visit, const AgendaEntry& one) {
  out.open("tr");
  name_cell(out, visit, one);
  text_cell(out, visit.texts().priority,
            patch::first_value(one.patch.fields, patch::k_priority_key));
  text_cell(out, visit.texts().product,
            join(patch::values_in(one.patch.fields, "overview_products"), ", "));
  text_cell(out, visit.texts().client,
            join(patch::values_in(one.patch.fields, "overview_client"), ", "));
  since_cell(out, visit, one, false);
  out.open("td");
  take_button(out, visit, one.patch);
  out.close().close();
}

struct BlockLook {
  Block block;
  std::string title, empty, more;  ///< empty: without entries the block is not shown
};

void block(Markup& out, Visit& visit, const std::vector<AgendaEntry>& entries,
           const BlockLook& look) {
  std::vector<const AgendaEntry*> shown;
  std::size_t all = 0;
  for (const AgendaEntry& one : entries) {
    if (one.block != look.block) continue;
    ++all;
    if (shown.size() < k_most_shown) shown.push_back(&one);
  }
  if (all == 0 && look.empty.empty()) return;
  const std::string id(patch::lifecycle::to_word(look.block));
  const Texts& texts = visit.texts();
  out.open("section", {{"aria-labelledby", id}});
  out.open("h2", {{"id", id}}).text(look.title).text(" ");
  if (all > 0) out.element("span", std::to_string(all), {{"class", "quiet"}});
  out.close();
  if (all == 0) {
    out.element("p", look.empty, {{"class", "quiet"}}).close();
    return;
  }
  const bool requests = look.block == Block::queue;
  head_row(out, requests ? std::vector<std::string>{texts.patch, texts.priority, texts.product,
                                                    texts.client, texts.waiting_since, ""}
                         : std::vector<std::string>{texts.patch, texts.state, texts.what_is_next,
                                                    texts.client, texts.waiting_since});
  for (const AgendaEntry* one : shown) {
    if (requests) {
      request_row(out, visit, *one);
    } else {
      patch_row(out, visit, *one, look.block == Block::overdue);
    }
  }
  out.close().close().close();
  if (all > shown.size()) {
    out.open("p");
    out.element("a", fmt::format(fmt::runtime(texts.more_of), all), {{"href", look.more}});
    out.close();
  }
  out.close();
}

}  // namespace

web::Response my_work_page(Visit& visit, const Names& /*names*/) {
  const patch::SelectorContext context = visit.selector_context();
  patch::lifecycle::Duties duties(visit.config().patch, visit.type(), visit.me());
  patch::lifecycle::Agenda agenda(visit.connection(), visit.lifecycle().positions(), duties,
                                  context, visit.config().patch, visit.now());
  const auto entries = agenda.entries(visit.has_role("pmt-new"));
  const Texts& texts = visit.texts();
  Page page(visit, texts.my_work, Section::my_work);
  Markup& out = page.out();
  out.element("h1", texts.my_work);
  const std::string mine = visit.list_address("developer=@me");
  block(out, visit, entries, {Block::overdue, texts.overdue, "", mine});
  block(out, visit, entries, {Block::mine, texts.mine, texts.nothing_mine, mine});
  block(out, visit, entries, {Block::waiting, texts.waiting, texts.nothing_waiting, mine});
  block(out, visit, entries, {Block::queue, texts.to_take, "", visit.address("/queue")});
  page.command("pmt-lifecycle mine");
  return page.response();
}

}  // namespace upkeep::patch_web
