// SPDX-License-Identifier: MIT
#include "patch_web/views.hpp"

#include "base/text.hpp"
#include "patch/query/view_store.hpp"
#include "patch_web/parts.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

constexpr const char* k_role = "pmt-views";

void delete_form(Markup& out, Visit& visit, const patch::SavedView& view) {
  const MeTexts& texts = visit.texts().me;
  out.open("form", {{"method", "post"}, {"action", visit.address("/views")}});
  form_guards(out, visit);
  for (const auto& [name, value] : {std::pair("name", view.name), std::pair("owner", view.owner)}) {
    out.open("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  }
  out.element("button", texts.view_delete,
              {{"type", "submit"},
               {"name", "delete"},
               {"value", "1"},
               {"aria-label", texts.view_delete + ' ' + view.name}});
  out.close();
}

void view_row(Markup& out, Visit& visit, const patch::SavedView& view) {
  const MeTexts& texts = visit.texts().me;
  const bool own = view.owner == visit.user();
  out.open("tr").open("td", {{"data-label", texts.view_name}});
  out.element("a", view.name, {{"href", visit.list_address(view.query)}}).close();
  out.open("td", {{"data-label", texts.view_query}}).element("code", view.query).close();
  out.element("td",
              own ? (view.is_shared ? texts.view_shared : "")
                  : fmt::format(fmt::runtime(texts.view_by), view.owner),
              {{"data-label", texts.who}});
  out.open("td");
  if (!visit.acts_refused() && (own || visit.has_role(k_role))) delete_form(out, visit, view);
  out.close().close();
}

void save_form(Markup& out, Visit& visit) {
  const MeTexts& texts = visit.texts().me;
  const web::Parameters* typed = visit.form();
  const auto input = [&](const char* name, const std::string& label) {
    const std::string id = std::string("view-") + name;
    out.open("div", {{"class", "field"}}).element("label", label, {{"for", id}});
    out.open("input", {{"id", id},
                       {"name", name},
                       {"required", "", true},
                       {"value", typed != nullptr ? typed->get(name) : ""}});
    out.close();
  };
  out.open("form", {{"method", "post"}, {"action", visit.address("/views")}, {"class", "card"}});
  form_guards(out, visit);
  input("name", texts.view_name);
  input("q", texts.view_query);
  if (visit.has_role(k_role)) {
    Markup::Attributes box{{"type", "checkbox"}, {"name", "shared"}, {"value", "1"}};
    if (typed != nullptr && typed->has("shared")) box.push_back({"checked", "", true});
    out.open("div", {{"class", "field"}}).open("label").open("input", box);
    out.text(texts.view_shared).close().close();
  }
  out.element("button", texts.view_save, {{"type", "submit"}}).close();
}

/// @throws Refusal(unknown|role)
void remove_view(Visit& visit, patch::ViewStore& store, const std::string& owner,
                 const std::string& name) {
  const auto views = store.of(visit.user());
  const bool known = std::any_of(views.begin(), views.end(), [&](const patch::SavedView& one) {
    return one.owner == owner && one.name == name;
  });
  if (known && owner != visit.user()) visit.need_role(k_role);
  if (!known || !store.remove(owner, name)) {
    std::vector<std::string> names;
    names.reserve(views.size());
    for (const patch::SavedView& one : views) names.push_back(one.name);
    throw web::Refusal("unknown", fmt::format("there is no view '{}'", printable(name)),
                       did_you_mean(name, names));
  }
}

}  // namespace

void views_part(Markup& out, Visit& visit) {
  const MeTexts& texts = visit.texts().me;
  const auto views = patch::ViewStore(visit.connection()).of(visit.user());
  out.open("section", {{"aria-labelledby", "views"}});
  out.element("h2", texts.views, {{"id", "views"}});
  if (views.empty()) {
    out.element("p", texts.views_none, {{"class", "quiet"}});
  } else {
    out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
    for (const std::string& label :
         {texts.view_name, texts.view_query, texts.who, texts.view_delete}) {
      out.element("th", label, {{"scope", "col"}});
    }
    out.close().close().open("tbody");
    for (const patch::SavedView& one : views) view_row(out, visit, one);
    out.close().close().close();
  }
  if (!visit.acts_refused()) save_form(out, visit);
  out.close();
}

web::Response views_form(Visit& visit, const Names& /*names*/, const web::Parameters& form,
                         const FormKeys& keys) {
  patch::ViewStore store(visit.connection());
  const std::string name(trim(form.get("name")));
  if (form.has("delete")) {
    const std::string owner = form.get("owner");
    remove_view(visit, store, owner.empty() ? visit.user() : owner, name);
  } else {
    const bool shared = form.has("shared");
    if (shared) visit.need_role(k_role);
    store.put({.owner = visit.user(), .name = name, .query = form.get("q"), .is_shared = shared},
              visit.selector_context());
  }
  return done(keys, visit.address("/me"), std::nullopt);
}

}  // namespace upkeep::patch_web
