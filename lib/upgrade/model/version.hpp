// SPDX-License-Identifier: MIT
// Versions: the wanted version, and how two versions compare.
#pragma once

#include "config/config.hpp"

#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// The wanted version: `option` (--target) if given, otherwise the configured one.
/// @throws ConfigError if there is none, or no probe for it; UsageError for an option without
/// probes
std::string target_of(const config::Config& config, const std::string& option);

/// Whether a version has a probe.
bool has_probes(const config::Config& config, const std::string& version);

/// -1, 0, 1: compares versions part by part, numbers numerically (3.10 is above 3.9).
int compare_versions(std::string_view a, std::string_view b);

}  // namespace upkeep::upgrade
