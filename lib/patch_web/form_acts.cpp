// SPDX-License-Identifier: MIT
#include "patch_web/form_acts.hpp"

#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/acts/acts.hpp"
#include "patch_web/acts/typed.hpp"
#include "patch_web/field_faults.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/hidden_act.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/typed_fields.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

namespace {

/// What an act on a patch's stay needs of its form. @throws Refusal(request) without `stay`
acts::Target target_of(Visit& visit, const Names& names, const web::Parameters& form) {
  patch::Patch patch = visit.subject(names.at(0));
  const auto stay = form.maybe("stay");
  if (!stay) throw web::Refusal("request", "the form has no 'stay'", k_send_again);
  return {std::move(patch), *stay};
}

web::Response to_patch(Visit& visit, const patch::Patch& patch, const FormKeys& keys,
                       acts::Outcome event) {
  return done_to(visit, keys, patch::name_of(patch, visit.names()), event);
}

/// A move that is part of saving: the values are kept if it is refused.
web::Response save_and_move(Visit& visit, const patch::Patch& patch, const web::Parameters& form,
                            const FormKeys& keys) {
  const std::string name = patch::name_of(patch, visit.names());
  acts::Target target{visit.patch_called(name)};
  visit.act_once(keys.once + "/2", keys.digest);
  try {
    return to_patch(visit, patch, keys, acts::move(visit, target, {.event = form.get("then")}));
  } catch (const web::Refusal& refusal) {
    web::Refusal saved(refusal.kind().word,
                       fmt::format("your changes are saved; {}", refusal.what()),
                       "the reasons are below");
    saved.reasons = refusal.reasons;
    throw web::Refusal(std::move(saved));
  }
}

}  // namespace

patch::lifecycle::MoveRequest move_of_form(Visit& visit, const web::Parameters& form) {
  patch::lifecycle::MoveRequest request{.event = form.get("event")};
  request.comment = replace_all(std::string(trim(form.get("comment"))), "\r\n", "\n");
  if (const std::string time = form.get("time"); !trim(time).empty()) {
    request.time = acts::typed_duration(visit, "time", time);
  }
  constexpr std::string_view k_input = "input.";
  for (const auto& [name, value] : form.pairs()) {
    if (name.starts_with(k_input)) request.inputs[name.substr(k_input.size())] = value;
  }
  const FormFields fields = fields_of_form(visit, form, true);
  request.fields = acts::changes_between(fields.was, fields.set);
  return request;
}

/// The page of a patch or request: the one whose address was posted to.
web::Response subject_page(Visit& visit, const Names& names) {
  return patch::parse_queue_id(names.at(0)) ? request_page(visit, names) : patch_page(visit, names);
}

/// A time is revoked on the page of the history.
web::Response time_page(Visit& visit, const Names& names) {
  const bool revokes = visit.form() != nullptr && visit.form()->has("revoke");
  return revokes ? history_page(visit, names) : subject_page(visit, names);
}

web::Response tick_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys) {
  const acts::Target target = target_of(visit, names, form);
  return to_patch(visit, target.patch, keys, acts::tick(visit, target, form.all("item")));
}

web::Response untick_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys) {
  const acts::Target target = target_of(visit, names, form);
  return to_patch(visit, target.patch, keys, acts::untick(visit, target, form.all("item")));
}

web::Response vote_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys) {
  const acts::Target target = target_of(visit, names, form);
  return to_patch(visit, target.patch, keys, acts::vote(visit, target, form.get("event")));
}

web::Response unvote_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys) {
  const acts::Target target = target_of(visit, names, form);
  return to_patch(visit, target.patch, keys, acts::unvote(visit, target, form.get("event")));
}

web::Response move_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys) {
  const acts::Target target = target_of(visit, names, form);
  return to_patch(visit, target.patch, keys, acts::move(visit, target, move_of_form(visit, form)));
}

web::Response undo_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys) {
  const acts::Target target = target_of(visit, names, form);
  return to_patch(visit, target.patch, keys, acts::undo(visit, target));
}

web::Response edit_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys) {
  const patch::Patch patch = visit.subject(names.at(0));
  const FormFields fields = fields_of_form(visit, form, true);
  const bool moves = !form.get("then").empty();
  acts::Outcome event;
  try {
    event = acts::edit(visit, patch, acts::changes_between(fields.was, fields.set),
                       std::string(trim(form.get("why"))));
  } catch (const patch::AlreadyDone& before) {
    if (!moves || !before.same()) throw;  // only the move is left
  }
  const bool hidden = moves && is_hidden_now(visit, patch::name_of(patch, visit.names()));
  if (!moves || hidden) return to_patch(visit, patch, keys, event);
  return save_and_move(visit, patch, form, keys);
}

web::Response link_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys) {
  const patch::Patch patch = visit.subject(names.at(0));
  return to_patch(visit, patch, keys,
                  acts::link(visit, patch, form.get("type"), form.get("patch")));
}

web::Response unlink_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys) {
  const patch::Patch patch = visit.subject(names.at(0));
  return to_patch(visit, patch, keys,
                  acts::unlink(visit, patch, form.get("type"), form.get("patch")));
}

web::Response comment_form(Visit& visit, const Names& names, const web::Parameters& form,
                           const FormKeys& keys) {
  const patch::Patch patch = visit.subject(names.at(0));
  return to_patch(visit, patch, keys, acts::comment(visit, patch, form.get("text")));
}

web::Response log_time_form(Visit& visit, const Names& names, const web::Parameters& form,
                            const FormKeys& keys) {
  const patch::Patch patch = visit.subject(names.at(0));
  if (form.has("revoke")) {
    return to_patch(visit, patch, keys,
                    acts::revoke_time(visit, patch, form.get("revoke"), form.get("why")));
  }
  return to_patch(visit, patch, keys,
                  acts::log_time(visit, patch, form.get("time"), form.get("date"),
                                 std::string(trim(form.get("comment")))));
}

web::Response eta_form(Visit& visit, const Names& names, const web::Parameters& form,
                       const FormKeys& keys) {
  const patch::Patch patch = visit.subject(names.at(0));
  return to_patch(visit, patch, keys,
                  acts::estimate(visit, patch, form.get("stage"), form.get("best"),
                                 form.get("likely"), form.get("worst")));
}

web::Response new_patch_form(Visit& visit, const Names& /*names*/, const web::Parameters& form,
                             const FormKeys& keys) {
  patch::NewPatch wanted;
  wanted.platform = acts::typed_platform(form.get("platform"), acts::Platform::required);
  wanted.category = trim(form.get("category"));
  wanted.lifecycle = trim(form.get("lifecycle"));
  wanted.ported_from = acts::typed_source(visit, form.get("ported-from"));
  wanted.fields = acts::edits_of_new(fields_of_form(visit, form, false).set);
  wanted.why = trim(form.get("why"));
  const std::string name = acts::create(visit, wanted);
  return done_to(visit, keys, name, visit.first_event());
}

web::Response new_request_form(Visit& visit, const Names& /*names*/, const web::Parameters& form,
                               const FormKeys& keys) {
  patch::NewRequest wanted;
  wanted.fields = acts::edits_of_new(fields_of_form(visit, form, false).set);
  if (const std::string platform =
          acts::typed_platform(form.get("platform"), acts::Platform::optional);
      !platform.empty()) {
    wanted.fields.push_back({patch::FieldEdit::Kind::set, patch::k_platform_key, platform});
  }
  wanted.why = trim(form.get("why"));
  const std::string name = acts::request(visit, wanted);
  return done_to(visit, keys, name, visit.first_event());
}

/// Numbers the request; its developer is the person.
web::Response take_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys) {
  patch::NewPatch wanted;
  wanted.from = acts::typed_queue(names.at(0));
  const patch::Patch request = visit.subject(names.at(0));
  const bool named = !patch::first_value(request.fields, patch::k_platform_key).empty();
  wanted.platform = acts::typed_platform(
      form.get("platform"), named ? acts::Platform::optional : acts::Platform::required);
  wanted.fields = acts::edits_of_new(fields_of_form(visit, form, false).set);
  wanted.why = trim(form.get("why"));
  const std::string name = acts::take(visit, std::move(wanted));
  return done_to(visit, keys, name, visit.first_event());
}

web::Response decline_form(Visit& visit, const Names& names, const web::Parameters& form,
                           const FormKeys& keys) {
  const std::uint32_t queue = acts::typed_queue(names.at(0));
  acts::decline(visit, queue, std::string(trim(form.get("why"))));
  return done(keys, visit.patch_address(patch::queue_id(queue)), visit.first_event());
}

web::Response reopen_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys) {
  const std::uint32_t queue = acts::typed_queue(names.at(0));
  acts::reopen(visit, queue, std::string(trim(form.get("why"))));
  return done(keys, visit.patch_address(patch::queue_id(queue)), visit.first_event());
}

}  // namespace upkeep::patch_web
