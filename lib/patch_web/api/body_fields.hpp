// SPDX-License-Identifier: MIT
// The fields that a JSON body gives or changes.
#pragma once

#include "patch/registry/field_editor.hpp"
#include "patch_web/api/body.hpp"

#include <vector>

namespace upkeep::patch_web::api {

/// The fields of something new: `set`. @throws FieldFaults
std::vector<patch::FieldEdit> new_fields(Visit& visit, const Body& body);

/// What a change of fields is based on besides `was`.
enum class BasedOn { nothing, version };

/// The changes that `set`, `was`, `add` and `remove` ask for.
/// @throws FieldFaults for every fault; Refusal(precondition) for a field of `set` that is based on
/// nothing
patch::FieldsRequest changes_of(Visit& visit, const Body& body, BasedOn based_on);

}  // namespace upkeep::patch_web::api
