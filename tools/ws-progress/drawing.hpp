// SPDX-License-Identifier: MIT
// What a terminal shows while upgrades are followed: one bar per workspace.
#pragma once

#include "ws-progress/records.hpp"

#include <string>
#include <vector>

namespace upkeep::tools {

/// One line per workspace, at most `width` columns wide; if there are more than `most`, the running
/// ones first and a line that counts the others. Visitors see nothing that is not in their record.
std::vector<std::string> drawing_of(const Records& records, Audience audience, int width, int most);

}  // namespace upkeep::tools
