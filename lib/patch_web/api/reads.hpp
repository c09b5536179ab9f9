// SPDX-License-Identifier: MIT
// What can be read through the API, each a function from a visit to an answer.
#pragma once

#include "patch_web/api/api.hpp"

namespace upkeep::patch_web::api {

web::Response get_patches(Visit& visit, const Names& names);
web::Response get_patch(Visit& visit, const Names& names);
web::Response get_history(Visit& visit, const Names& names);
web::Response get_position(Visit& visit, const Names& names);
web::Response get_eta(Visit& visit, const Names& names);
web::Response get_queue(Visit& visit, const Names& names);
web::Response get_blockers(Visit& visit, const Names& names);

web::Response get_fields(Visit& visit, const Names& names);
web::Response get_choices(Visit& visit, const Names& names);
web::Response get_suggestions(Visit& visit, const Names& names);
web::Response get_lifecycles(Visit& visit, const Names& names);
web::Response get_lifecycle(Visit& visit, const Names& names);

web::Response get_me(Visit& visit, const Names& names);
web::Response get_work(Visit& visit, const Names& names);

web::Response get_report(Visit& visit, const Names& names);

/// The description of the API, made from operations().
web::Response get_openapi(Visit& visit, const Names& names);

}  // namespace upkeep::patch_web::api
