// SPDX-License-Identifier: MIT
// The forms that pages send, each a function from a visit to an answer. `names` has the patch or
// request, if the address has one.
#pragma once

#include "patch_web/pages.hpp"
#include "patch_web/visit.hpp"
#include "web/response.hpp"

namespace upkeep::patch_web {

web::Response post_tick(Visit& visit, const Names& names);
web::Response post_untick(Visit& visit, const Names& names);
web::Response post_vote(Visit& visit, const Names& names);
web::Response post_unvote(Visit& visit, const Names& names);
web::Response post_move(Visit& visit, const Names& names);
web::Response post_undo(Visit& visit, const Names& names);
web::Response post_edit(Visit& visit, const Names& names);
web::Response post_link(Visit& visit, const Names& names);
web::Response post_unlink(Visit& visit, const Names& names);
web::Response post_comment(Visit& visit, const Names& names);
web::Response post_log_time(Visit& visit, const Names& names);
web::Response post_eta(Visit& visit, const Names& names);
web::Response post_new_patch(Visit& visit, const Names& names);
web::Response post_new_request(Visit& visit, const Names& names);
web::Response post_take(Visit& visit, const Names& names);
web::Response post_decline(Visit& visit, const Names& names);

}  // namespace upkeep::patch_web
