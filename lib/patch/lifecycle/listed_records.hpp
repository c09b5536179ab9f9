// SPDX-License-Identifier: MIT
// Loaded lifecycles, and what blocks patches, as records printed by pmt-lifecycle.
#pragma once

#include "base/time.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/lifecycle/survey.hpp"
#include "record/value.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// What blocks one patch, a record each, as blocker_columns() says.
std::vector<Record> blocker_records(const std::string& patch,
                                    const std::vector<BlockedEvent>& blockers, WallTime now);

/// `lifecycle version states patches loaded_at`
const std::vector<std::string>& listed_columns();
Record listed_record(const Listed& listed);

}  // namespace upkeep::patch::lifecycle
