// SPDX-License-Identifier: MIT
// The exit statuses of the whole suite, documented in upkeep(7) EXIT STATUS.
#pragma once

#include <algorithm>

namespace upkeep {

enum class ExitStatus : int {
  ok = 0,              ///< success, or the answer is yes
  no = 1,              ///< success, and the answer is no: not upgraded, refused by a rule, findings
  partial = 2,         ///< some of the named objects could not be handled or do not exist
  usage = 64,          ///< the command line is wrong; nothing was done
  bad_data = 65,       ///< an input record or name is invalid
  no_input = 66,       ///< an input file does not exist or cannot be read
  unavailable = 69,    ///< a service (database, scheduler) is unreachable
  internal = 70,       ///< a bug in the suite
  cannot_create = 73,  ///< an output file cannot be created
  write_error = 74,    ///< writing failed, stdout included
  try_later = 75,      ///< lock busy, queue full, deadlock after retries
  lock_lost = 76,      ///< the lock was lost during the run
  not_permitted = 77,  ///< denied by a role, at(1) or the system
  config = 78,         ///< the configuration is missing or invalid
  time_limit = 124,    ///< the run's own time limit
};

/// The number that a shell sees.
constexpr int code(ExitStatus status) {
  return static_cast<int>(status);
}

/// 128+n, for a process that was ended by signal `n`.
constexpr ExitStatus killed_by(int signal_number) {
  return static_cast<ExitStatus>(128 + signal_number);
}

/// Over many records the worst status wins: 64 and above over 2 over 1 over 0.
constexpr ExitStatus worse(ExitStatus a, ExitStatus b) {
  return static_cast<ExitStatus>(std::max(code(a), code(b)));
}

}  // namespace upkeep
