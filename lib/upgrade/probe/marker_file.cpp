// SPDX-License-Identifier: MIT
#include "upgrade/probe/marker_file.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>

namespace upkeep::upgrade {

namespace {

/// Writers fill the file within this time of creating it.
constexpr std::int64_t k_written_within_s = 10;

bool is_new(const struct stat& info) {
  const auto now = std::chrono::floor<std::chrono::seconds>(wall_now().time_since_epoch()).count();
  return std::abs(now - static_cast<std::int64_t>(info.st_mtim.tv_sec)) < k_written_within_s;
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
  throw Error(ExitStatus::no_input, fmt::format("cannot read {}: {}", path.string(), why),
              "let this user read it, or correct [upgrade] marker");
}

}  // namespace

Marker read_marker(const std::filesystem::path& path) {
  if (path.empty()) return {};
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    if (errno != ENOENT && errno != ENOTDIR) fail(path, std::strerror(errno));
    return {};
  }
  struct stat info {};
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    throw ConfigError(fmt::format("[upgrade] marker: {} is not a regular file", path.string()),
                      "name the file that the application writes");
  }
  std::array<char, 512> start{};
  const auto size = ::read(file.get(), start.data(), start.size());
  if (size < 0) fail(path, std::strerror(errno));
  // Content longer than any name does not name a workspace, even if the file is new.
  const std::string_view content(start.data(), static_cast<std::size_t>(size));
  return marker_from(content, content.size() < start.size() && is_new(info));
}

bool remove_marker_of(const std::filesystem::path& path, const std::string& workspace) {
  const Marker marker = read_marker(path);
  if (!marker.present || marker.workspace != workspace) return false;
  remove_quietly(path);
  return true;
}

}  // namespace upkeep::upgrade
