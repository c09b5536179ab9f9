// SPDX-License-Identifier: MIT
// What can be changed through the API. Each act answers with the record that it changed.
#pragma once

#include "patch/lifecycle/mover.hpp"
#include "patch_web/api/api.hpp"
#include "patch_web/api/body.hpp"

namespace upkeep::patch_web::api {

// The answers to acts that were done before: to those of a lifecycle, to those that are a record of
// the history, to changes of a patch, and to what made a patch or request.
web::Response again_position(Visit& visit, const patch::AlreadyDone& before);
web::Response again_event(Visit& visit, const patch::AlreadyDone& before);
web::Response again_record(Visit& visit, const patch::AlreadyDone& before);
web::Response again_patch(Visit& visit, const patch::AlreadyDone& before);
web::Response again_request(Visit& visit, const patch::AlreadyDone& before);

/// The move that a body asks for. @throws FieldFaults for a time that is not a duration
patch::lifecycle::MoveRequest move_of_body(Visit& visit, const Body& body);

web::Response post_tick(Visit& visit, const Names& names, const Body& body);
web::Response post_untick(Visit& visit, const Names& names, const Body& body);
web::Response post_vote(Visit& visit, const Names& names, const Body& body);
web::Response post_unvote(Visit& visit, const Names& names, const Body& body);
web::Response post_move(Visit& visit, const Names& names, const Body& body);
web::Response post_undo(Visit& visit, const Names& names, const Body& body);
web::Response post_eta(Visit& visit, const Names& names, const Body& body);
web::Response post_log_time(Visit& visit, const Names& names, const Body& body);
web::Response post_comment(Visit& visit, const Names& names, const Body& body);

web::Response patch_fields(Visit& visit, const Names& names, const Body& body);
web::Response post_link(Visit& visit, const Names& names, const Body& body);
web::Response post_unlink(Visit& visit, const Names& names, const Body& body);
web::Response post_patch(Visit& visit, const Names& names, const Body& body);
web::Response post_request(Visit& visit, const Names& names, const Body& body);
web::Response post_take(Visit& visit, const Names& names, const Body& body);
web::Response post_decline(Visit& visit, const Names& names, const Body& body);
web::Response post_reopen(Visit& visit, const Names& names, const Body& body);

/// Checks the archive that is the body, and answers the records of pmt-verify.
web::Response post_verify(Visit& visit, const Names& names);

/// Answers `{patch, done, event, reasons, effect}`, one each.
web::Response post_bulk(Visit& visit, const Names& names, const Body& body);

}  // namespace upkeep::patch_web::api
