// SPDX-License-Identifier: MIT
// The fields of a patch or request as a form brings them back.
#pragma once

#include "patch/registry/field_editor.hpp"
#include "patch_web/visit.hpp"
#include "web/parameters.hpp"

namespace upkeep::patch_web {

/// The values that an input of a form has for a field: those of `set.KEY`, and for an unbounded
/// field one per line.
patch::Values typed_values(const web::Parameters& form, const patch::Field& field);

/// What a form changes, checked: fields whose `set.KEY` differs from `was.KEY`, or, in a form that
/// is not based on anything, that are not empty.
struct FormFields {
  patch::Document was, set;  ///< only what differs; an empty list empties the field
};
/// @throws FieldFaults; Refusal(request) for a field that the type lacks or that has no `was`
FormFields fields_of_form(Visit& visit, const web::Parameters& form, bool based);

/// What a form of several patches changes, checked: see FieldsForm::of_many. A field with `was.KEY`
/// changes only if it differs, and conflicts with other values than that.
/// @throws FieldFaults; Refusal(request) for a field that the type lacks
patch::FieldsRequest fields_of_many(Visit& visit, const web::Parameters& form);

}  // namespace upkeep::patch_web
