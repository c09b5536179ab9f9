// SPDX-License-Identifier: MIT
#pragma once

#include "patch/lifecycle/definition_reader.hpp"
#include "patch/lifecycle/xml_shape.hpp"

#include <vector>

namespace upkeep::patch::lifecycle {

/// Attributes and text anywhere in a definition that nothing reads: a misspelt `forevent` takes a
/// gate away without a word. Elements that are not read are the readers' own findings.
void find_unread(const pugi::xml_node& root, const Lines& lines, std::vector<Finding>& findings);

}  // namespace upkeep::patch::lifecycle
