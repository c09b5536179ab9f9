// SPDX-License-Identifier: MIT
#pragma once

#include "setup/doctor/examination.hpp"
#include "setup/doctor/finding.hpp"

#include <functional>

namespace upkeep::setup {

/// Runs every check, in the table's order, within a bounded time, and gives each finding to `take`
/// as it comes. @returns whether none failed
bool examine(DoctorSetting setting, const std::function<void(const Finding&)>& take);

}  // namespace upkeep::setup
