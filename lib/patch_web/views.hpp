// SPDX-License-Identifier: MIT
// Saved views on the page about the person.
#pragma once

#include "patch_web/forms.hpp"
#include "patch_web/visit.hpp"
#include "record/markup.hpp"

namespace upkeep::patch_web {

/// The person's views and those that others share, each a link to its list, with forms to save and
/// delete them.
void views_part(Markup& out, Visit& visit);

/// Saves or deletes a view: `name`, `q`, `shared`, `delete`; `owner` of a shared one.
web::Response views_form(Visit& visit, const Names& names, const web::Parameters& form,
                         const FormKeys& keys);

}  // namespace upkeep::patch_web
