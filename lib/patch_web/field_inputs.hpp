// SPDX-License-Identifier: MIT
// The fields of a patch or request as inputs of a form, made from the artifact type.
#pragma once

#include "patch/registry/field_rules.hpp"
#include "patch_web/visit.hpp"
#include "record/markup.hpp"

#include <set>
#include <string>
#include <vector>

namespace upkeep::patch_web {

struct FieldsForm {
  patch::FieldRules::Subject subject = patch::FieldRules::Subject::existing;
  patch::Document stored{};          ///< the values as they are, or as they are proposed
  std::vector<std::string> first{};  ///< keys that come first, outside their tables; focused
  bool based = false;                ///< with `was.KEY`: the form changes what exists
  std::string id = "f-";             ///< before the keys in ids
  bool comes_back = true;            ///< what was typed, if anything was, belongs to this form
  /// It changes several patches: what is left empty stays as it is. Fields of several values have
  /// `add.KEY` and `remove.KEY`, and `clear` empties a field.
  bool of_many = false;
};

/// One `<fieldset>` per table of the type. What was typed into a form that comes back is kept, and
/// what is wrong with a value is said beside its input.
void field_inputs(Markup& out, Visit& visit, const FieldsForm& form);

/// Inputs for the fields of FieldsForm::first alone.
void first_inputs(Markup& out, Visit& visit, const FieldsForm& form);

/// Whether a form may change the field.
bool is_offered(const patch::Field& field, patch::FieldRules::Subject subject);

/// The input for the reason that the history keeps.
void why_input(Markup& out, Visit& visit);

}  // namespace upkeep::patch_web
