// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace upkeep::setup {

/// `search_path` and the directories of daemons behind it: an ordinary user's PATH lacks those.
std::string with_daemons(const std::string& search_path);

/// Where execvp() would find `name`: in the colon-separated `search_path`, or, where the name has a
/// slash, relative to `directory`. nullopt: nowhere, or it may not be executed by this user.
std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const std::string& search_path,
                                                  const std::filesystem::path& directory = {});

}  // namespace upkeep::setup
