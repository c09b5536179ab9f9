// SPDX-License-Identifier: MIT
// What the suite knows of an application: upkeep-profile(5). The descriptions are data, in
// share/profiles/.
#pragma once

#include "config/gate.hpp"

#include <filesystem>
#include <optional>
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

struct ProfileText {
  std::filesystem::path file;       ///< where it is, or its name in messages
  std::optional<std::string> text;  ///< nullopt: that of the file
};

/// A shipped profile: its file in the share directory or, if that is missing, what was built in;
/// nullopt: there is no such profile.
std::optional<ProfileText> shipped_profile_text(const std::filesystem::path& share_directory,
                                                const std::string& name);

/// A shipped profile as it was built in.
/// @throws ConfigError if there is none
Profile shipped_profile(const std::string& name);

/// The names of the shipped profiles, sorted, `plain` included.
std::vector<std::string> shipped_profiles(const std::filesystem::path& share_directory);

}  // namespace upkeep::config
