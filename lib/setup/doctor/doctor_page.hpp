// SPDX-License-Identifier: MIT
#pragma once

#include "record/text_style.hpp"
#include "setup/doctor/finding.hpp"

#include <string>
#include <vector>

namespace upkeep::setup {

/// The findings for a terminal that is too narrow for a table: nothing is cut, because a fix is to
/// be followed; what is long continues below, and each fix has lines of its own.
std::string doctor_page(const std::vector<Finding>& findings, const TextStyle& style);

}  // namespace upkeep::setup
