// SPDX-License-Identifier: MIT
// Under policy kill nothing may outlive the run, not even when the guardian itself is killed: a
// second process is above it.
#pragma once

namespace upkeep::guard {

/// Forks. Returns in the child, which goes on as the guardian. The parent holds the slot lock and
/// nothing else, passes SIGTERM, SIGINT and SIGQUIT on, and ends as the guardian ends; where that
/// is not a good end, the guardian's descendants have become its own, and are killed first.
void put_reaper_above();

}  // namespace upkeep::guard
