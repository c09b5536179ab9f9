// SPDX-License-Identifier: MIT
// The input of a guardian: one run, with its programs, its limits and the rules for its log.
#pragma once

#include "base/boot_time.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

/// What happens to the command if the supervisor dies or cannot renew its lease.
enum class Policy {
  finish,  ///< it runs to its end
  kill,    ///< it is killed, with every descendant
};

/// Regular expressions for scanning a log. An empty one never matches; an empty `success` means
/// that no particular line is required.
struct Rules {
  std::string step_open, step_close, success;
  std::vector<std::string> failure;
  std::vector<std::string> ignore{};  ///< lines that are not the program's own output
  std::string step_line{};            ///< lines that each complete a step of their own
};

struct Spec {
  std::int64_t run = 0;
  std::string workspace;
  std::int64_t epoch = 0;                   ///< the lease's fencing token, kept with the verdict
  std::vector<std::string> before;          ///< argv run first; empty: none
  std::vector<std::string> argv;            ///< the command
  std::string directory;                    ///< working directory of command and hooks; empty: /
  std::vector<std::string> environment;     ///< `NAME=value`, added to the guardian's own
  int umask = 0022;                         ///< of command and hooks
  std::chrono::milliseconds timeout{0};     ///< of the command, and of each hook; 0: none
  std::chrono::milliseconds grace{10'000};  ///< from SIGTERM to SIGKILL; also for open output
  std::chrono::milliseconds lease{60'000};  ///< 0: no lease to watch
  Policy policy = Policy::finish;
  /// When the renewal that is now valid was requested; nullopt: at the guardian's start.
  std::optional<BootTime> renewed_at;
  std::filesystem::path status_path;
  Rules rules;

  /// @throws Error(internal) if a text is not UTF-8
  [[nodiscard]] std::string to_json() const;
  /// @throws DataError, naming a field that is missing or of the wrong type
  static Spec from_json(std::string_view text);
};

}  // namespace upkeep::guard
