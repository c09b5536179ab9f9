// SPDX-License-Identifier: MIT
// What a terminal shows while upgrades are followed: one bar per workspace.
#pragma once

#include "ws-progress/records.hpp"

#include <string>
#include <vector>

namespace upkeep::tools {

/// What is there to draw on.
struct Canvas {
  int width = 80;
  int height = 24;
  bool color = false;
};

/// One line per workspace, with a bar that fits the width; if there are more than lines, the
/// running ones first and a line that counts the others. Visitors see nothing that is not in their
/// record.
std::vector<std::string> drawing_of(const Records& records, Audience audience,
                                    const Canvas& canvas);

}  // namespace upkeep::tools
