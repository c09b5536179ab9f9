// SPDX-License-Identifier: MIT
#include "base/helpers.hpp"

#include <algorithm>

#include <unistd.h>

namespace upkeep {

std::vector<std::filesystem::path> helper_directories(const std::filesystem::path& binaries) {
  std::vector<std::filesystem::path> places{binaries};
  for (const char* libexec : {UPKEEP_LIBEXEC_FROM_BIN, "../libexec", "../lib"}) {
    const auto place = (binaries / libexec / "upkeep").lexically_normal();
    if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
  }
  return places;
}

std::optional<std::filesystem::path> find_helper(const std::filesystem::path& binaries,
                                                 std::string_view name) {
  for (const auto& place : helper_directories(binaries)) {
    std::filesystem::path file = place / name;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0) {
      return file;
    }
  }
  return std::nullopt;
}

}  // namespace upkeep
