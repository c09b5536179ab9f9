// SPDX-License-Identifier: MIT
// /me: who the person is, what they may do, and how the pages behave for them.
#include "base/text.hpp"
#include "patch/model/actor.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/permissions.hpp"
#include "patch_web/views.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

namespace {

void term(Markup& out, const std::string& label, const std::string& text) {
  out.element("dt", label).element("dd", text);
}

void who_part(Markup& out, Visit& visit) {
  const MeTexts& texts = visit.texts().me;
  const auto groups = patch::groups_of(visit.user());
  const auto roles = roles_of(visit.config().patch, visit.user());
  out.open("dl", {{"class", "card"}});
  term(out, texts.account, visit.user());
  term(out, texts.names, join(visit.me().names, ", "));
  term(out, texts.groups,
       groups.empty() ? texts.no_groups : join({groups.begin(), groups.end()}, ", "));
  term(out, texts.roles,
       !visit.config().patch.roles ? texts.roles_off
       : roles.empty()             ? texts.no_roles
                                   : join(roles, ", "));
  out.close();
}

std::string members_text(const MeTexts& texts, const Permission& one) {
  if (!one.who) return texts.everybody;
  return one.who->empty() ? texts.none_here : join(*one.who, ", ");
}

void permissions_part(Markup& out, Visit& visit) {
  const MeTexts& texts = visit.texts().me;
  out.open("section", {{"aria-labelledby", "may"}}).element("h2", texts.may, {{"id", "may"}});
  out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  for (const std::string& label : {texts.act, texts.title, texts.who}) {
    out.element("th", label, {{"scope", "col"}});
  }
  out.close().close().open("tbody");
  for (const Permission& one : permissions_of(visit.config().patch, visit.user())) {
    out.open("tr").open("th", {{"scope", "row"}}).text(text_of(texts.acts, one.role)).text(" ");
    out.element("span", one.role, {{"class", "quiet"}}).close();
    out.element("td", one.may ? texts.yes : texts.no,
                {{"data-label", texts.title}, {"class", one.may ? "can" : "cannot"}});
    out.element("td", members_text(texts, one), {{"data-label", texts.who}});
    out.close();
  }
  out.close().close().close().close();
}

void keys_part(Markup& out, Visit& visit) {
  const MeTexts& texts = visit.texts().me;
  out.open("section", {{"aria-labelledby", "keys"}}).element("h2", texts.keys, {{"id", "keys"}});
  out.open("div", {{"class", "card"}}).element("p", texts.keys_hint);
  out.open("noscript").element("p", texts.keys_need_script).close();
  out.open("p", {{"id", "keys-switch"}, {"hidden", "", true}}).open("label");
  out.open("input", {{"type", "checkbox"}, {"id", "use-keys"}}).text(" ").text(texts.keys_use);
  out.close().close().open("dl");
  for (const auto& [key, does] : texts.keys_list) {
    out.open("dt").element("kbd", key).close().element("dd", does);
  }
  out.close().close().close();
}

}  // namespace

web::Response me_page(Visit& visit, const Names& /*names*/) {
  Page page(visit, visit.texts().me.title, Section::me);
  Markup& out = page.out();
  out.element("h1", visit.texts().me.title);
  who_part(out, visit);
  views_part(out, visit);
  permissions_part(out, visit);
  keys_part(out, visit);
  return page.response();
}

}  // namespace upkeep::patch_web
