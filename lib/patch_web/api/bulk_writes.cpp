// SPDX-License-Identifier: MIT
// The same act on several patches.
#include "base/text.hpp"
#include "patch_web/acts/bulk.hpp"
#include "patch_web/api/answers.hpp"
#include "patch_web/api/body_fields.hpp"
#include "patch_web/api/writes.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web::api {

namespace {

std::vector<acts::BulkLine> edited(Visit& visit, const Body& body,
                                   const std::vector<acts::Target>& targets) {
  const patch::FieldsRequest wanted = changes_of(visit, body, BasedOn::version);
  if (wanted.empty()) throw UsageError("the body changes no field");
  return body.flag("sure") ? acts::edit_all(visit, targets, wanted, body.text("why"))
                           : acts::try_edits(visit, targets, wanted, body.text("why"));
}

std::vector<acts::BulkLine> moved(Visit& visit, const Body& body,
                                  const std::vector<acts::Target>& targets) {
  const patch::lifecycle::MoveRequest request = move_of_body(visit, body);
  if (request.event.empty()) throw web::Refusal("request", "the member 'event' is missing");
  return body.flag("sure") ? acts::move_each(visit, targets, request)
                           : acts::try_moves(visit, targets, request);
}

}  // namespace

web::Response post_bulk(Visit& visit, const Names& /*names*/, const Body& body) {
  const std::string act = body.text("act");
  if (act != "edit" && act != "move") {
    throw web::Refusal("request", fmt::format("'act' is '{}'", printable(act)), "use edit or move");
  }
  const auto targets = acts::bulk_targets(visit, body.texts("patch"), body.texts("stay"));
  ValueList list;
  list.reserve(targets.size());
  for (const acts::BulkLine& one :
       act == "edit" ? edited(visit, body, targets) : moved(visit, body, targets)) {
    list.push_back(acts::bulk_value(one));
  }
  return json(std::move(list));
}

}  // namespace upkeep::patch_web::api
