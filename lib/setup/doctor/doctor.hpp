// SPDX-License-Identifier: MIT
#pragma once

#include "setup/doctor/examination.hpp"
#include "setup/doctor/finding.hpp"

#include <functional>

namespace upkeep::setup {

/// Runs every check, in the table's order and within a bounded time, and passes each finding to
/// `take` immediately. @returns whether no check failed
bool examine(DoctorSetting setting, const std::function<void(const Finding&)>& take);

}  // namespace upkeep::setup
