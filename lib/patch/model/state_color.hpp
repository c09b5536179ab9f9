// SPDX-License-Identifier: MIT
#pragma once

#include "base/color.hpp"
#include "config/config.hpp"

#include <string_view>

namespace upkeep::patch {

/// The colour of a lifecycle state: green for released states, yellow for those of the QA, red for
/// Void and for names that contain `failed`, `declined`, `rejected`, `broken` or `regression`;
/// `none` for all others.
Color state_color(const config::Patch& config, std::string_view state);

}  // namespace upkeep::patch
