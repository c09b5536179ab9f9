// SPDX-License-Identifier: MIT
// Starts child processes from argv vectors. No shell is involved, and only the named descriptors
// are inherited.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace upkeep {

struct SpawnOptions {
  /// argv[0] is looked up in this process's PATH unless it contains a slash.
  std::vector<std::string> argv{};
  /// (our descriptor, its number in the child). 0, 1 and 2 are /dev/null unless named here.
  std::vector<std::pair<int, int>> descriptors{};
  /// The whole environment, `NAME=value`; empty: that of this process.
  std::vector<std::string> environment{};
  /// The working directory; empty: that of this process.
  std::string directory{};
  /// Start a new session: no terminal, and no signal sent to our process group reaches the child.
  bool new_session = false;
};

/// Starts a child with default signal dispositions and no signal blocked.
/// @returns its pid. @throws Error(internal) if it cannot be started, naming argv[0] and the
/// reason; Error(no_input) if the program does not exist.
pid_t spawn(const SpawnOptions& options);

struct Finished {
  int exit_status = 0;  ///< 128+n when killed by signal n
  bool timed_out = false;
  std::string out, err;
};

/// Runs a child until it ends, with `input` on its stdin, and returns its output (at most 16 MiB
/// each of stdout and stderr; at that limit the child is killed). Does not wait for processes it
/// leaves behind. @throws as spawn()
Finished run_process(const SpawnOptions& options, const std::string& input,
                     std::chrono::milliseconds limit);

/// The exit status (0..255), or 128+n, from a wait(2) status.
int exit_status_of(int wait_status);

/// `'it'\''s'`: one word for /bin/sh, for at's job script, which only a shell reads.
std::string shell_quoted(const std::string& word);

}  // namespace upkeep
