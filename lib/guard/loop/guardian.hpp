// SPDX-License-Identifier: MIT
// The program ws-guardian, behind its main().
#pragma once

namespace upkeep::guard {

/// What the guardian is started with (Guardian::start() does it): descriptor 3 is the control
/// socket, 4 the slot lock, 5 the spec, 6 the run's log, 7 (may be missing) the hooks' log.
/// @returns the exit status: 0, or 64 when it was started by hand, or 65, 70 when it could not run
int guardian_main(int argc, char** argv);

}  // namespace upkeep::guard
