// SPDX-License-Identifier: MIT
// What the suite knows of an application: upkeep-profile(5). The descriptions are data, in
// share/profiles/.
#pragma once

#include "config/gate.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace upkeep::config {

/// What anonymous visitors see for steps whose name matches.
struct PublicStep {
  std::string match, text;
};

/// How long a step whose name matches takes in a workspace of middling size.
struct StepWeight {
  std::string match;
  double seconds = 0;
};

/// How to parse a log; regular expressions. An empty one never matches.
struct Profile {
  std::string step_open, step_close, success;
  std::string step_line;  ///< lines that each complete a step of their own
  std::vector<std::string> failure;
  int steps = 0;                    ///< steps of a run, until one is known; 0: unknown
  std::vector<std::string> ignore;  ///< lines that are not the program's own output
  std::vector<PublicStep> public_steps;
  Gate gate;
  std::vector<StepWeight> weights;  ///< in the order of the steps
};

/// The profile without any rules, which needs no file.
inline constexpr const char* k_plain_profile = "plain";

/// The file of a shipped profile; it need not exist.
std::filesystem::path profile_file(const std::filesystem::path& share_directory,
                                   const std::string& name);

/// Reads the file of a shipped profile, without a configuration.
/// @throws Error if there is none, ConfigError for an invalid one
Profile shipped_profile(const std::filesystem::path& share_directory, const std::string& name);

/// The names of the shipped profiles, sorted, `plain` included.
std::vector<std::string> shipped_profiles(const std::filesystem::path& share_directory);

}  // namespace upkeep::config
