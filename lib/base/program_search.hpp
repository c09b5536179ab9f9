// SPDX-License-Identifier: MIT
// Which file a program's name means.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace upkeep {

/// `search_path` and the directories of daemons behind it: an ordinary user's PATH lacks those.
std::string with_daemons(const std::string& search_path);

/// Where execvp() would find `name`: in the colon-separated `search_path`, or, where the name has a
/// slash, relative to `directory`. nullopt: nowhere, or it may not be executed by this user.
std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const std::string& search_path,
                                                  const std::filesystem::path& directory = {});

/// The paths at which `program` may be, best first: itself where it has a slash, else below the
/// directories of `search_path`. Unlike execvp() the caller of exec() hands no file without `#!` to
/// a shell.
std::vector<std::string> search_candidates(const std::string& program,
                                           const std::string& search_path);

/// The file that a child of this process would start for argv[0], by our own PATH; empty where
/// there is none. @param directory of the child, in which a relative PATH is meant; empty: `/`
std::filesystem::path program_to_start(const std::string& name,
                                       const std::filesystem::path& directory);

/// What is searched where PATH is not set.
inline constexpr const char* k_default_search_path = "/usr/local/bin:/usr/bin:/bin";

}  // namespace upkeep
