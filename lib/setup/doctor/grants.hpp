// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace upkeep::setup {

/// The privileges in `wanted` (`CREATE`, `ALTER` ...) that no line of SHOW GRANTS gives for all of
/// `schema`; wildcards in the granted name are considered, grants on single tables are not. Pure.
std::vector<std::string> missing_grants(const std::vector<std::string>& lines,
                                        const std::string& schema,
                                        const std::vector<std::string>& wanted);

}  // namespace upkeep::setup
