// SPDX-License-Identifier: MIT
// The forms that pages send: see FormAct. `names` has the patch or request, if the address has one.
#pragma once

#include "patch/lifecycle/mover.hpp"
#include "patch_web/forms.hpp"

namespace upkeep::patch_web {

/// The page of the patch or request: forms of a patch come back there.
web::Response subject_page(Visit& visit, const Names& names);

/// The page that logs and revokes time.
web::Response time_page(Visit& visit, const Names& names);

/// The move that a form asks for.
/// @throws FieldFaults for a time that is not a duration, and as fields_of_form()
patch::lifecycle::MoveRequest move_of_form(Visit& visit, const web::Parameters& form);

web::Response tick_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys);
web::Response untick_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys);
web::Response vote_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys);
web::Response unvote_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys);
web::Response move_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys);
web::Response undo_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys);
web::Response edit_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys);
web::Response link_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys);
web::Response unlink_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys);
web::Response comment_form(Visit& visit, const Names& names, const web::Parameters& form,
                           const FormKeys& keys);
web::Response log_time_form(Visit& visit, const Names& names, const web::Parameters& form,
                            const FormKeys& keys);
web::Response eta_form(Visit& visit, const Names& names, const web::Parameters& form,
                       const FormKeys& keys);
web::Response new_patch_form(Visit& visit, const Names& names, const web::Parameters& form,
                             const FormKeys& keys);
web::Response new_request_form(Visit& visit, const Names& names, const web::Parameters& form,
                               const FormKeys& keys);
web::Response take_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys);
web::Response decline_form(Visit& visit, const Names& names, const web::Parameters& form,
                           const FormKeys& keys);
web::Response reopen_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys);

}  // namespace upkeep::patch_web
