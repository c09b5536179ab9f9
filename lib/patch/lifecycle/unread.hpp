// SPDX-License-Identifier: MIT
#pragma once

#include "patch/lifecycle/definition_reader.hpp"
#include "record/xml.hpp"

#include <vector>

namespace upkeep::patch::lifecycle {

/// Finds attributes and text in a definition that are ignored: a misspelt `forevent` would silently
/// remove a gate. Unknown elements are reported by the readers themselves.
void find_unread(const pugi::xml_node& root, const xml::Lines& lines,
                 std::vector<Finding>& findings);

}  // namespace upkeep::patch::lifecycle
