// SPDX-License-Identifier: MIT
// The pages, each a function from a visit to an answer. Every one throws Error as the library does.
#pragma once

#include "patch_web/visit.hpp"
#include "web/response.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_web {

using Names = std::vector<std::string>;

web::Response my_work_page(Visit& visit, const Names& names);  // /
web::Response list_page(Visit& visit, const Names& names);     // /patches
web::Response patch_page(Visit& visit, const Names& names);    // /patches/NAME
web::Response request_page(Visit& visit, const Names& names);  // /queue/Q-17
web::Response history_page(Visit& visit, const Names& names);  // /patches/NAME/history
web::Response public_eta(Visit& visit, const Names& names);    // /patches/NAME/eta?public
web::Response verify_page(Visit& visit, const Names& names);   // /patches/NAME/verify
/// The archive that was sent there.
web::Response verify_upload(Visit& visit, const Names& names);
web::Response queue_page(Visit& visit, const Names& names);         // /queue
web::Response edit_page(Visit& visit, const Names& names);          // /patches/NAME/edit
web::Response new_patch_page(Visit& visit, const Names& names);     // /patches/new
web::Response new_request_page(Visit& visit, const Names& names);   // /queue/new
web::Response search(Visit& visit, const Names& names);             // /search
web::Response lifecycles_page(Visit& visit, const Names& names);    // /lifecycles
web::Response lifecycle_page(Visit& visit, const Names& names);     // /lifecycles/NAME
web::Response reports_page(Visit& visit, const Names& names);       // /reports
web::Response report_page(Visit& visit, const Names& names);        // /reports/NAME
web::Response me_page(Visit& visit, const Names& names);            // /me
web::Response admin_page(Visit& visit, const Names& names);         // /admin
web::Response problems_page(Visit& visit, const Names& names);      // /problems
web::Response problem_kind_page(Visit& visit, const Names& names);  // /problems/WORD
web::Response patches_feed(Visit& visit, const Names& names);       // /feeds/patches.atom

}  // namespace upkeep::patch_web
