// SPDX-License-Identifier: MIT
// What a guardian knows about its run. It is sent over the control socket and saved in a file,
// which contains the verdict even if the supervisor has died.
#pragma once

#include "base/boot_time.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

enum class Phase { before, command, ended };

/// Why a program was ended early.
enum class Stopped {
  no,
  signal,  ///< it was requested by a signal to ws-upgrade
  lease,   ///< policy kill: the lease was not renewed
};

/// A completed step of the upgrade.
struct Step {
  std::string name;
  double seconds = 0;
};

/// How a run ended. It succeeded if phase is command, exit_status is 0, success is set, and none of
/// timed_out, stopped and spawn_error is (see clean()). Whether the workspace is upgraded is
/// decided by its probes.
struct Verdict {
  int exit_status = 0;           ///< 0..255; 128+n when killed by signal n; 126, 127: not started
  Phase phase = Phase::command;  ///< before: the hook failed, and the command was not started
  bool timed_out = false;        ///< the command's or the hook's own limit
  Stopped stopped = Stopped::no;
  std::string spawn_error;   ///< `cannot start php: No such file or directory`
  bool success = false;      ///< the result of the log rules only
  std::string failure_line;  ///< the first one, with its cause; each text has at most 500 bytes
  std::string last_line;     ///< the last stdout line that is not blank and not ignored
  std::string last_error;    ///< the last such line of stderr
  std::int64_t dropped_bytes = 0;  ///< output that could not be written to a log
  std::string log_error;           ///< the first error that caused this
  double seconds = 0;              ///< from the start of the first program, by the boot clock
  WallTime started_at, ended_at;

  /// Whether the command exited with 0, without being stopped, and its log indicates success.
  [[nodiscard]] bool clean() const;
};

struct Status {
  std::int64_t run = 0;
  std::int64_t epoch = 0;
  std::string workspace;
  Phase phase = Phase::before;
  std::int64_t pid = 0;          ///< of the guardian
  std::int64_t command_pid = 0;  ///< of the running hook or command, and its process group; 0: none
  WallTime command_started_at{};  ///< 1970: not started
  std::int64_t lines = 0;         ///< of the log: both streams
  std::int64_t bytes = 0;
  std::string step;  ///< the open step; empty: none
  /// When it was opened or, if none is open, when the last one was closed; at first the start of
  /// the command. nullopt: the command has not started
  std::optional<BootTime> step_since;
  std::int64_t steps_done = 0;  ///< closed steps
  std::vector<Step> steps;      ///< the closed steps; of more than 200, the longest
  bool says_done = false;       ///< the output so far ends as the profile's success rule requires
  std::optional<Verdict> verdict;

  [[nodiscard]] std::string to_json() const;
  /// nullopt if the text is not a complete status.
  static std::optional<Status> from_json(std::string_view text);
};

/// Reads the status file of a run; nullopt if it is missing, unreadable or incomplete.
std::optional<Status> read_status(const std::filesystem::path& path);

}  // namespace upkeep::guard
