// SPDX-License-Identifier: MIT
// What /admin does: see FormAct. Each act also needs the role that protects it in the tools.
#pragma once

#include "patch_web/forms.hpp"

namespace upkeep::patch_web {

/// Abandoned deliveries are tried again by the next `pmt-lifecycle deliver`.
web::Response revive_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys);
/// Attaches a lifecycle to a patch or a request.
web::Response attach_form(Visit& visit, const Names& names, const web::Parameters& form,
                          const FormKeys& keys);
/// Migrates patches, each by itself; answers with what became of each. Only `sure` does it.
web::Response migrate_form(Visit& visit, const Names& names, const web::Parameters& form,
                           const FormKeys& keys);
/// Adds values to a pick list, or removes them.
web::Response choices_form(Visit& visit, const Names& names, const web::Parameters& form,
                           const FormKeys& keys);
/// Adds or removes the alias of a value.
web::Response alias_form(Visit& visit, const Names& names, const web::Parameters& form,
                         const FormKeys& keys);
/// Answers with the findings about a lifecycle; `sure` loads it.
web::Response load_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys);

}  // namespace upkeep::patch_web
