// SPDX-License-Identifier: MIT
// Acts of a patch's lifecycle: answered with its lifecycle record, `stay` and `event`.
#include "patch/lifecycle/records.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/acts/acts.hpp"
#include "patch_web/acts/typed.hpp"
#include "patch_web/api/answers.hpp"
#include "patch_web/api/body_fields.hpp"
#include "patch_web/api/writes.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web::api {

namespace {

namespace lifecycle = patch::lifecycle;

acts::Target target_of(Visit& visit, const Names& names, const Body& body) {
  acts::Target target{visit.subject(names.at(0))};
  if (body.has("stay")) target.stay = body.text("stay");
  return target;
}

/// The state that the act led to.
web::Response position_answer(Visit& visit, const patch::Patch& patch, acts::Outcome event) {
  auto& positions = visit.lifecycle().positions();
  const lifecycle::Position position = positions.position_now(patch.id);
  const Record record =
      lifecycle::show_record(position, positions.rules_for(position.patch),
                             patch::name_of(position.patch, visit.names()), visit.now());
  const ValueList list = objects(lifecycle::show_columns(), {record});
  auto answer = std::get<ValueObject>(list.front().storage());
  answer.emplace_back("event", event ? Value(*event) : Value());
  web::Response response = json(std::move(answer));
  response.set("ETag", etag_of(visit, patch));
  return response;
}

/// The event of an act as a record of the history.
web::Response event_answer(Visit& visit, const patch::Patch& patch, std::uint64_t event) {
  const auto events = patch::events_after(visit.connection(), patch.id, event - 1, 1);
  const auto records =
      patch::history_records(events.at(0), patch::name_of(patch, visit.names()), visit.names());
  web::Response response = object(patch::history_columns(), records.at(0));
  response.set("ETag", etag_of(visit, patch));
  return response;
}

}  // namespace

lifecycle::MoveRequest move_of_body(Visit& visit, const Body& body) {
  lifecycle::MoveRequest request{.event = body.text("event"), .comment = body.text("comment")};
  if (const std::string time = body.text("time"); !time.empty()) {
    request.time = acts::typed_duration(visit, "time", time);
  }
  for (const auto& [key, values] : body.object("input")) {
    if (values.size() > 1) throw FieldFaults("input." + key, "an input has one value");
    request.inputs[key] = values.empty() ? std::string() : values.front();
  }
  request.fields = changes_of(visit, body, BasedOn::nothing);
  return request;
}

web::Response again_position(Visit& visit, const patch::AlreadyDone& before) {
  return position_answer(visit, patch_of(visit, before), before.event());
}

web::Response again_event(Visit& visit, const patch::AlreadyDone& before) {
  return event_answer(visit, patch_of(visit, before), before.event());
}

web::Response post_tick(Visit& visit, const Names& names, const Body& body) {
  const acts::Target target = target_of(visit, names, body);
  return position_answer(visit, target.patch, acts::tick(visit, target, body.texts("item")));
}

web::Response post_untick(Visit& visit, const Names& names, const Body& body) {
  const acts::Target target = target_of(visit, names, body);
  return position_answer(visit, target.patch, acts::untick(visit, target, body.texts("item")));
}

web::Response post_vote(Visit& visit, const Names& names, const Body& body) {
  const acts::Target target = target_of(visit, names, body);
  return position_answer(visit, target.patch, acts::vote(visit, target, body.text("event")));
}

web::Response post_unvote(Visit& visit, const Names& names, const Body& body) {
  const acts::Target target = target_of(visit, names, body);
  return position_answer(visit, target.patch, acts::unvote(visit, target, body.text("event")));
}

web::Response post_move(Visit& visit, const Names& names, const Body& body) {
  const acts::Target target = target_of(visit, names, body);
  return position_answer(visit, target.patch, acts::move(visit, target, move_of_body(visit, body)));
}

web::Response post_undo(Visit& visit, const Names& names, const Body& body) {
  const acts::Target target = target_of(visit, names, body);
  return position_answer(visit, target.patch, acts::undo(visit, target));
}

web::Response post_eta(Visit& visit, const Names& names, const Body& body) {
  const patch::Patch patch = visit.subject(names.at(0));
  return position_answer(visit, patch,
                         acts::estimate(visit, patch, body.text("stage"), body.text("best"),
                                        body.text("likely"), body.text("worst")));
}

web::Response post_log_time(Visit& visit, const Names& names, const Body& body) {
  const patch::Patch patch = visit.subject(names.at(0));
  if (body.has("revoke")) {
    for (const char* other : {"time", "date", "comment"}) {
      if (!body.has(other)) continue;
      throw web::Refusal("request", fmt::format("'revoke' takes no '{}'", other));
    }
    return event_answer(
        visit, patch,
        acts::revoke_time(visit, patch, body.text("revoke"), body.text("why")).value());
  }
  if (!body.has("time")) {
    throw web::Refusal("request", "the member 'time' is missing", "give it, or 'revoke'");
  }
  if (body.has("why")) throw web::Refusal("request", "'why' goes with 'revoke'", "give 'comment'");
  return event_answer(
      visit, patch,
      acts::log_time(visit, patch, body.text("time"), body.text("date"), body.text("comment"))
          .value());
}

web::Response post_comment(Visit& visit, const Names& names, const Body& body) {
  const patch::Patch patch = visit.subject(names.at(0));
  return event_answer(visit, patch, acts::comment(visit, patch, body.text("text")).value());
}

}  // namespace upkeep::patch_web::api
