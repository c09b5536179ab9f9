// SPDX-License-Identifier: MIT
// /patches/new and /queue/new: forms made from the artifact type.
#include "patch/model/keys.hpp"
#include "patch/store/number_sequence.hpp"
#include "patch_web/field_inputs.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/page.hpp"
#include "patch_web/parts.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

namespace {

/// An input outside the artifact type.
void plain_input(Markup& out, Visit& visit, const std::string& name, const std::string& label,
                 const std::vector<std::string>& proposals, bool required) {
  const std::string typed =
      visit.form() != nullptr ? visit.form()->get(name) : visit.query().get(name);
  const std::string id = "f-" + name;
  out.open("div", {{"class", "field"}});
  out.open("label", {{"for", id}}).text(label);
  if (required) out.element("span", " *", {{"class", "late"}});
  out.close();
  Markup::Attributes attributes{{"id", id}, {"name", name}, {"value", typed}};
  if (required) attributes.push_back({"required", "", true});
  if (!proposals.empty()) attributes.push_back({"list", id + "-list"});
  out.open("input", attributes);
  if (!proposals.empty()) {
    out.open("datalist", {{"id", id + "-list"}});
    for (const std::string& one : proposals) out.element("option", one, {{"value", one}});
    out.close();
  }
  out.close();
}

std::vector<std::string> platforms(Visit& visit) {
  std::vector<std::string> found;
  for (const auto& one : patch::NumberSequence(visit.connection()).platforms()) {
    found.push_back(one.platform);
  }
  return found;
}

/// What a person fills in first: themselves as the developer.
patch::Document proposed(Visit& visit) {
  patch::Document fields;
  constexpr const char* k_developer = "peopleInvolved_developedby";
  if (visit.type().find(k_developer) != nullptr && !visit.me().names.empty()) {
    fields[k_developer] = {visit.me().names.front()};
  }
  return fields;
}

}  // namespace

web::Response new_patch_page(Visit& visit, const Names& /*names*/) {
  const Texts& texts = visit.texts();
  Page page(visit, texts.new_patch, Section::patches);
  Markup& out = page.out();
  out.element("h1", texts.new_patch);
  out.open(
      "form",
      {{"method", "post"}, {"action", visit.address("/patches/new")}, {"class", "card fields"}});
  form_guards(out, visit);
  out.open("fieldset");
  plain_input(out, visit, "platform", texts.platform, platforms(visit), true);
  plain_input(out, visit, "category", texts.category, {}, false);
  plain_input(out, visit, "ported-from", texts.ported_from, {}, false);
  out.close();
  field_inputs(out, visit,
               {.subject = patch::FieldRules::Subject::made, .stored = proposed(visit)});
  why_input(out, visit);
  out.open("div", {{"class", "buttons"}});
  out.element("button", texts.create, {{"class", "primary"}}).close().close();
  page.command("pmt-patch new --platform VERSION --edit");
  return page.response();
}

web::Response new_request_page(Visit& visit, const Names& /*names*/) {
  const Texts& texts = visit.texts();
  Page page(visit, texts.new_request, Section::queue);
  Markup& out = page.out();
  out.element("h1", texts.new_request);
  out.open("form",
           {{"method", "post"}, {"action", visit.address("/queue/new")}, {"class", "card fields"}});
  form_guards(out, visit);
  out.open("fieldset");
  plain_input(out, visit, "platform", texts.platform, platforms(visit), false);
  out.close();
  field_inputs(out, visit, {.subject = patch::FieldRules::Subject::made});
  why_input(out, visit);
  out.open("div", {{"class", "buttons"}});
  out.element("button", texts.request, {{"class", "primary"}}).close().close();
  page.command("pmt-patch request --edit");
  return page.response();
}

}  // namespace upkeep::patch_web
