// SPDX-License-Identifier: MIT
// Child processes from argv vectors. There is no shell here, and no descriptor is inherited but the
// ones named.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace upkeep {

struct SpawnOptions {
  /// argv[0] is looked up in PATH (of this process) unless it has a slash.
  std::vector<std::string> argv{};
  /// (our descriptor, its number in the child). 0, 1 and 2 not named here are /dev/null.
  std::vector<std::pair<int, int>> descriptors{};
  /// The whole environment, `NAME=value`; empty: this process's own.
  std::vector<std::string> environment{};
  /// Where it starts; empty: where this process is.
  std::string directory{};
  /// A session of its own: no terminal, and no signal meant for our group reaches it.
  bool new_session = false;
};

/// Starts a child with every signal at its default and none blocked.
/// @returns its pid. @throws Error(internal) when it cannot be started, naming argv[0] and the
/// reason
///   (Error(no_input) where the program does not exist).
pid_t spawn(const SpawnOptions& options);

struct Finished {
  int exit_status = 0;  ///< 128+n when killed by signal n
  bool timed_out = false;
  std::string out, err;
};

/// Runs a child to its end with `input` on its stdin, and returns what it wrote (16 MiB of each at
/// most). At the limit it is killed. What it leaves behind is not waited for. @throws as spawn()
Finished run_process(const SpawnOptions& options, const std::string& input,
                     std::chrono::milliseconds limit);

/// 0..255, or 128+n, from a wait(2) status.
int exit_status_of(int wait_status);

/// `'it'\''s'`: one word for /bin/sh, for at's job script, which only a shell reads.
std::string shell_quoted(const std::string& word);

}  // namespace upkeep
