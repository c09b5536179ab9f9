// SPDX-License-Identifier: MIT
// The history of a patch as a page for people.
#pragma once

#include "patch/model/artifact_type.hpp"
#include "patch/model/event.hpp"
#include "patch/model/patch.hpp"
#include "record/text_style.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

/// The name of the patch, and a line per event in the given order, with what it changed and its
/// comment below; wrapped to the width of the style. Empty if there are no events.
std::string history_text(const std::vector<Event>& events, const std::string& name,
                         const ArtifactType& type, const NameRule& names, const TextStyle& style);

}  // namespace upkeep::patch
