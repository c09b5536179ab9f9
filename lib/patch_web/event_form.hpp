// SPDX-License-Identifier: MIT
// The form by which a patch is moved.
#pragma once

#include "patch/lifecycle/engine.hpp"
#include "patch_web/patch_parts.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_web {

/// The fields that an event lacks, if the person may fill them and nothing else stands against it;
/// otherwise none.
std::vector<std::string> fillable_fields(Visit& visit,
                                         const std::vector<patch::lifecycle::Blocker>& reasons);

/// The form of an event that can be taken, once the fields that it lacks are filled in it: a button
/// that names its target, and what the event asks for or takes.
/// @param event of the state of the patch
void event_form(Markup& out, Visit& visit, const PatchView& view,
                const patch::lifecycle::Transition& event, const std::vector<std::string>& lacks);

}  // namespace upkeep::patch_web
