// SPDX-License-Identifier: MIT
// The program ws-guardian, called by its main().
#pragma once

namespace upkeep::guard {

/// Runs the guardian as started by Guardian::start(): descriptor 3 is the control socket, 4 the
/// slot lock, 5 the spec, 6 the run's log, 7 (may be missing) the hooks' log.
/// @returns the exit status: 0; 64 if it was started manually; 65 or 70 if it could not run
int guardian_main(int argc, char** argv);

}  // namespace upkeep::guard
