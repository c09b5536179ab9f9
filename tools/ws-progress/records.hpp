// SPDX-License-Identifier: MIT
// The records of ws-progress: their columns, and the exit status that they result in.
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
/// One record with the fields of columns_for().
Record row_for(Audience audience, const upgrade::ProgressRecord& record);

/// Whether it is queued or running.
bool is_active(const upgrade::ProgressRecord& record);
/// ok if all are upgraded; otherwise whether some are not yet upgraded, or some failed or are
/// unknown.
ExitStatus status_of(const Records& records);

}  // namespace upkeep::tools
