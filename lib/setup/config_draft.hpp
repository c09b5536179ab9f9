// SPDX-License-Identifier: MIT
// A first upkeep.toml for an application of which there is a profile.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace upkeep::setup {

struct DraftRequest {
  std::string profile;              ///< the name of a shipped one
  std::filesystem::path directory;  ///< of the application; empty: the profile's
  std::string target;               ///< empty: the profile's
  std::filesystem::path share_directory;
  std::vector<std::filesystem::path>
      sockets;  ///< of a database server, the first that exists counts
};

struct Draft {
  std::string text;                 ///< an upkeep.toml
  std::vector<std::string> doubts;  ///< what does not look right, for the administrator
};

/// Where distributions have the socket of MariaDB or MySQL.
std::vector<std::filesystem::path> usual_sockets();

/// Writes a configuration that includes the profile, to be looked over; changes nothing.
/// @throws UsageError if the profile, a directory or a target is missing or not known; Error
/// (no_input) if the directory does not exist
Draft draft_config(const DraftRequest& request);

}  // namespace upkeep::setup
