// SPDX-License-Identifier: MIT
#include "base/program_search.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include <sys/stat.h>
#include <unistd.h>

namespace upkeep {

namespace {

bool is_program(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::string with_daemons(const std::string& search_path) {
  return search_path + (search_path.empty() ? "" : ":") +
         "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";
}

std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const std::string& search_path,
                                                  const std::filesystem::path& directory) {
  if (name.empty()) return std::nullopt;
  if (name.find('/') != std::string::npos) {
    const std::filesystem::path path = (directory / name).lexically_normal();
    return is_program(path) ? std::optional(path) : std::nullopt;
  }
  for (const std::string& part : split(search_path, ':')) {
    // An empty part means the working directory, which never contains our programs.
    if (part.empty()) continue;
    std::filesystem::path path = std::filesystem::path(part) / name;
    if (is_program(path)) return path;
  }
  return std::nullopt;
}

std::vector<std::string> search_candidates(const std::string& program,
                                           const std::string& search_path) {
  if (program.find('/') != std::string::npos) return {program};
  std::vector<std::string> all;
  for (const std::string& directory : split(search_path, ':')) {
    if (!directory.empty()) all.push_back(fmt::format("{}/{}", directory, program));
  }
  return all;
}

std::filesystem::path program_to_start(const std::string& name,
                                       const std::filesystem::path& directory) {
  const char* path = std::getenv("PATH");  // the child inherits ours
  for (const std::string& candidate :
       search_candidates(name, path != nullptr ? path : k_default_search_path)) {
    auto file = (directory.empty() ? std::filesystem::path("/") : directory) / candidate;
    if (is_program(file)) return file;
  }
  return {};
}

}  // namespace upkeep
