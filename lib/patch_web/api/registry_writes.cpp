// SPDX-License-Identifier: MIT
// Acts on fields, links and requests: answered with the record of the patch or request.
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/acts/acts.hpp"
#include "patch_web/acts/typed.hpp"
#include "patch_web/api/answers.hpp"
#include "patch_web/api/body_fields.hpp"
#include "patch_web/api/writes.hpp"

#include <fmt/format.h>

#include <optional>

namespace upkeep::patch_web::api {

namespace {

/// The patch or request after an act of the person, who may have hidden it from themselves.
Tagged after_act(Visit& visit, const std::string& name) {
  db::Connection& connection = visit.connection();
  std::optional<db::ReadsTables> all;
  if (connection.reads_views() &&
      !patch::mark_of(connection, patch::subject_called(visit.names(), name))) {
    all.emplace(connection);
  }
  return tagged(visit, visit.patch_called(name));
}

web::Response show_answer(Visit& visit, const std::string& name, int status = 200) {
  const Tagged subject = after_act(visit, name);
  web::Response response =
      object(patch::show_columns(), patch::show_record(subject.patch, visit.type(), visit.names()));
  response.set("ETag", subject.etag);
  response.status = status;
  constexpr int k_created = 201;
  if (status == k_created) response.set("Location", address_of(visit, subject.name));
  return response;
}

patch::NewPatch new_patch(Visit& visit, const Body& body) {
  patch::NewPatch wanted;
  wanted.category = body.text("category");
  wanted.lifecycle = body.text("lifecycle");
  wanted.ported_from = acts::typed_source(visit, body.text("ported-from"));
  wanted.fields = new_fields(visit, body);
  wanted.why = body.text("why");
  return wanted;
}

constexpr int k_made = 201;

}  // namespace

web::Response again_record(Visit& visit, const patch::AlreadyDone& before) {
  return show_answer(visit, patch::name_of(patch_of(visit, before), visit.names()));
}

web::Response again_patch(Visit& visit, const patch::AlreadyDone& before) {
  return show_answer(visit, patch::name_of(patch_of(visit, before), visit.names()), k_made);
}

/// By its id: it may have become a patch since.
web::Response again_request(Visit& visit, const patch::AlreadyDone& before) {
  const std::string id = patch::queue_id(patch_of(visit, before).queue.value());
  web::Response response = show_answer(visit, id, k_made);
  response.set("Location", address_of(visit, id));
  return response;
}

web::Response patch_fields(Visit& visit, const Names& names, const Body& body) {
  const Tagged subject = tagged(visit, visit.subject(names.at(0)));
  const Basis basis = basis_of(visit, subject);
  const auto wanted = changes_of(visit, body, basis.given ? BasedOn::version : BasedOn::nothing);
  if (wanted.empty()) throw UsageError("the body changes no field");
  acts::edit(visit, subject.patch, wanted, body.text("why"), basis.last_event);
  return show_answer(visit, subject.name);
}

web::Response post_link(Visit& visit, const Names& names, const Body& body) {
  const patch::Patch patch = visit.subject(names.at(0));
  acts::link(visit, patch, body.text("type"), body.text("patch"));
  return show_answer(visit, patch::name_of(patch, visit.names()));
}

web::Response post_unlink(Visit& visit, const Names& names, const Body& body) {
  const patch::Patch patch = visit.subject(names.at(0));
  acts::unlink(visit, patch, body.text("type"), body.text("patch"));
  return show_answer(visit, patch::name_of(patch, visit.names()));
}

web::Response post_patch(Visit& visit, const Names& /*names*/, const Body& body) {
  patch::NewPatch wanted = new_patch(visit, body);
  wanted.platform = acts::typed_platform(body.text("platform"), acts::Platform::required);
  return show_answer(visit, acts::create(visit, wanted), k_made);
}

web::Response post_request(Visit& visit, const Names& /*names*/, const Body& body) {
  patch::NewRequest wanted;
  wanted.fields = new_fields(visit, body);
  if (const std::string platform =
          acts::typed_platform(body.text("platform"), acts::Platform::optional);
      !platform.empty()) {
    wanted.fields.push_back({patch::FieldEdit::Kind::set, patch::k_platform_key, platform});
  }
  wanted.why = body.text("why");
  return show_answer(visit, acts::request(visit, wanted), k_made);
}

web::Response post_take(Visit& visit, const Names& names, const Body& body) {
  patch::NewPatch wanted = new_patch(visit, body);
  wanted.from = acts::typed_queue(names.at(0));
  const patch::Patch request = visit.patch_called(names.at(0));
  const bool named = !patch::first_value(request.fields, patch::k_platform_key).empty();
  wanted.platform = acts::typed_platform(
      body.text("platform"), named ? acts::Platform::optional : acts::Platform::required);
  return show_answer(visit, acts::take(visit, std::move(wanted)), k_made);
}

web::Response post_decline(Visit& visit, const Names& names, const Body& body) {
  const std::uint32_t queue = acts::typed_queue(names.at(0));
  acts::decline(visit, queue, body.text("why"));
  return show_answer(visit, patch::queue_id(queue));
}

web::Response post_reopen(Visit& visit, const Names& names, const Body& body) {
  const std::uint32_t queue = acts::typed_queue(names.at(0));
  acts::reopen(visit, queue, body.text("why"));
  return show_answer(visit, patch::queue_id(queue));
}

}  // namespace upkeep::patch_web::api
