// SPDX-License-Identifier: MIT
// What a terminal shows while upgrades are followed: a bar a workspace.
#pragma once

#include "ws-progress/records.hpp"

#include <string>
#include <vector>

namespace upkeep::tools {

/// A line a workspace, `width` columns to draw in; where there are more than `most`, the running
/// ones first and a line that counts the others. Visitors are told nothing that their record does
/// not say.
std::vector<std::string> drawing_of(const Records& records, Audience audience, int width, int most);

}  // namespace upkeep::tools
