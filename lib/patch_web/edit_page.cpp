// SPDX-License-Identifier: MIT
// /patches/NAME/edit: the fields of a patch or request as a form.
#include "patch/lifecycle/engine.hpp"
#include "patch/lifecycle/lookup.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/field_inputs.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/page.hpp"
#include "patch_web/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::patch_web {

namespace {

/// The fields that an event lacks; empty if it lacks none, or if there is no such event.
std::vector<std::string> missing_for(Visit& visit, const patch::Patch& patch,
                                     const std::string& event) {
  std::vector<std::string> keys;
  if (event.empty() || !patch.state) return keys;
  auto& positions = visit.lifecycle().positions();
  const auto position = positions.position(patch);
  const auto* transition = position.state->transition(event);
  if (transition == nullptr) return keys;
  for (const auto& reason :
       patch::lifecycle::blockers(position.situation(), *transition, positions.rules_for(patch))) {
    keys.insert(keys.end(), reason.keys.begin(), reason.keys.end());
  }
  return keys;
}

/// Puts what a link asks for in front, where it is focused: a fragment would compete with that.
void lead_with(Visit& visit, const std::string& key, std::vector<std::string>& keys) {
  if (visit.type().find(key) == nullptr) return;
  keys.erase(std::remove(keys.begin(), keys.end(), key), keys.end());
  keys.insert(keys.begin(), key);
}

}  // namespace

web::Response edit_page(Visit& visit, const Names& names) {
  const patch::Patch patch = visit.subject(names.at(0));
  const std::string name = patch::name_of(patch, visit.names());
  patch::refuse_void(patch, visit.names());
  std::string event = visit.query().get("missing");
  if (visit.form() != nullptr && visit.form()->has("missing")) {
    event = visit.form()->get("missing");
  }
  const Texts& texts = visit.texts();
  const std::string title = fmt::format(fmt::runtime(texts.edit_title), name);
  Page page(visit, title, patch.ref ? Section::patches : Section::queue);
  Markup& out = page.out();
  out.element("h1", title);
  out.open("form", {{"method", "post"},
                    {"action", visit.patch_address(name) + "/edit"},
                    {"class", "card fields"}});
  form_guards(out, visit);
  if (!event.empty()) {
    out.open("input", {{"type", "hidden"}, {"name", "missing"}, {"value", event}});
  }
  std::vector<std::string> first = missing_for(visit, patch, event);
  lead_with(visit, visit.query().get("field"), first);
  field_inputs(out, visit, {.stored = patch.fields, .first = std::move(first), .based = true});
  why_input(out, visit);
  out.open("div", {{"class", "buttons"}});
  out.element("button", texts.save, {{"class", event.empty() ? "primary" : "plain"}});
  if (!event.empty()) {
    out.element("button", fmt::format(fmt::runtime(texts.save_and), event),
                {{"class", "primary"}, {"name", "then"}, {"value", event}});
  }
  out.element("a", texts.cancel, {{"href", visit.patch_address(name)}, {"class", "button"}});
  out.close().close();
  return page.response();
}

}  // namespace upkeep::patch_web
