// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "upgrade/model/state.hpp"

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

/// Who opens a file and then writes to it has done so by then.
constexpr std::int64_t k_written_within_s = 10;
constexpr std::size_t k_longest_workspace = 64;

bool is_new(const struct stat& info) {
  const auto now = std::chrono::floor<std::chrono::seconds>(wall_now().time_since_epoch()).count();
  return std::abs(now - static_cast<std::int64_t>(info.st_mtim.tv_sec)) < k_written_within_s;
}

/// Without what the application takes off as well: blanks, line ends, NULs.
std::string content_of(std::string_view text) {
  constexpr std::string_view k_around(" \t\r\n\v\0", 6);
  const auto first = text.find_first_not_of(k_around);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(k_around) - first + 1));
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
  throw Error(ExitStatus::no_input, fmt::format("cannot read {}: {}", path.string(), why),
              "let this user read it, or correct [upgrade] marker");
}

}  // namespace

bool Marker::names(const std::string& name, bool ignores_case) const {
  if (!present) return false;
  return workspace.empty() || workspace == name ||
         (ignores_case && lower(workspace) == lower(name));
}

Marker read_marker(const std::filesystem::path& path) {
  Marker marker;
  if (path.empty()) return marker;
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    if (errno != ENOENT && errno != ENOTDIR) fail(path, std::strerror(errno));
    return marker;
  }
  struct stat info {};
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    throw ConfigError(fmt::format("[upgrade] marker: {} is not a regular file", path.string()),
                      "name the file that the application writes");
  }
  std::array<char, 512> start{};
  const auto size = ::read(file.get(), start.data(), start.size());
  if (size < 0) fail(path, std::strerror(errno));
  const std::string content =
      content_of(std::string_view(start.data(), static_cast<std::size_t>(size)));
  if (content.empty()) {
    marker.present = static_cast<std::size_t>(size) < start.size() && is_new(info);
    return marker;
  }
  if (content.size() > k_longest_workspace || printable(content) != content) return marker;
  marker.present = true;
  if (content != "true") marker.workspace = content;  // `true`: every workspace of the server
  return marker;
}

}  // namespace upkeep::upgrade
