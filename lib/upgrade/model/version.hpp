// SPDX-License-Identifier: MIT
// Versions: which one is asked for, and which of two is higher.
#pragma once

#include "config/config.hpp"

#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// The version that is asked for: `option` (--target) where it is given, else the configured one.
/// @throws ConfigError where there is none, or no probe for it; UsageError for an option without
/// probes
std::string target_of(const config::Config& config, const std::string& option);

/// Whether a version has a probe.
bool has_probes(const config::Config& config, const std::string& version);

/// -1, 0, 1: versions compared piece by piece, numbers as numbers (3.10 is above 3.9).
int compare_versions(std::string_view a, std::string_view b);

}  // namespace upkeep::upgrade
