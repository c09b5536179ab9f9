// SPDX-License-Identifier: MIT
#include "setup/programs.hpp"

#include "base/text.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::setup {

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
    // An empty part means the working directory, which is never where our programs are.
    if (part.empty()) continue;
    std::filesystem::path path = std::filesystem::path(part) / name;
    if (is_program(path)) return path;
  }
  return std::nullopt;
}

}  // namespace upkeep::setup
