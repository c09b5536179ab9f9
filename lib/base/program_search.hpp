// SPDX-License-Identifier: MIT
// Finds the file that a program's name refers to.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace upkeep {

/// `search_path` followed by the directories of daemons, which an ordinary user's PATH lacks.
std::string with_daemons(const std::string& search_path);

/// Where execvp() would find `name`: in the colon-separated `search_path` or, if the name contains
/// a slash, relative to `directory`. nullopt if it is not found, or this user may not execute it.
std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const std::string& search_path,
                                                  const std::filesystem::path& directory = {});

/// The paths at which `program` may be, best first: itself if it contains a slash, else below the
/// directories of `search_path`. Unlike execvp(), callers of exec() do not pass a file without `#!`
/// to a shell.
std::vector<std::string> search_candidates(const std::string& program,
                                           const std::string& search_path);

/// The file that a child of this process would start for argv[0], using our PATH; empty if there is
/// none. @param directory the child's, to which a relative PATH refers; empty: `/`
std::filesystem::path program_to_start(const std::string& name,
                                       const std::filesystem::path& directory);

/// The search path if PATH is not set.
inline constexpr const char* k_default_search_path = "/usr/local/bin:/usr/bin:/bin";

}  // namespace upkeep
