// SPDX-License-Identifier: MIT
// The records of ws-progress: their columns, and what they say of it all.
#pragma once

#include "base/exit_status.hpp"
#include "record/value.hpp"
#include "upgrade/view/progress_view.hpp"

#include <string>
#include <vector>

namespace upkeep::tools {

using Records = std::vector<upgrade::ProgressRecord>;

/// Everything, or what an anonymous visitor may see.
enum class Audience { operators, visitors };

const std::vector<std::string>& columns_for(Audience audience);
/// One record, as columns_for() says.
Record row_for(Audience audience, const upgrade::ProgressRecord& record);

/// Queued or running.
bool is_active(const upgrade::ProgressRecord& record);
/// All upgraded, some not yet, or some failed or unknown.
ExitStatus status_of(const Records& records);

}  // namespace upkeep::tools
