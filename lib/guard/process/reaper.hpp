// SPDX-License-Identifier: MIT
// Under policy kill, nothing may outlive the run, even if the guardian itself is killed. Therefore
// a second process, the reaper, is its parent.
#pragma once

namespace upkeep::guard {

/// Forks. Returns in the child, which continues as the guardian. The parent keeps only the slot
/// lock open, passes on SIGTERM, SIGINT and SIGQUIT, and exits with the guardian's status. If that
/// is not 0, it first kills the guardian's descendants, which have become its own.
void put_reaper_above();

}  // namespace upkeep::guard
