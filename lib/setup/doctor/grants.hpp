// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace upkeep::setup {

/// Those of `wanted` (`CREATE`, `ALTER` ...) that no line of SHOW GRANTS gives for the whole of
/// `schema`; wildcards in the granted name count, grants on single tables do not. Pure.
std::vector<std::string> missing_grants(const std::vector<std::string>& lines,
                                        const std::string& schema,
                                        const std::vector<std::string>& wanted);

}  // namespace upkeep::setup
