// SPDX-License-Identifier: MIT
#include "base/exposure.hpp"

#include "base/fd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upkeep {

namespace {

namespace fs = std::filesystem;

constexpr int k_most_links = 40;  // the kernel's own limit

/// Whether anyone other than root is a member of the group, listed or by primary group.
bool has_other_members(gid_t gid) {
  const group* entry = ::getgrgid(gid);
  for (char** name = entry != nullptr ? entry->gr_mem : nullptr;
       name != nullptr && *name != nullptr; ++name) {
    if (std::string_view(*name) != "root") return true;
  }
  bool found = false;
  ::setpwent();
  while (const passwd* user = ::getpwent()) {
    if (user->pw_gid == gid && user->pw_uid != 0) found = true;
  }
  ::endpwent();
  return found;
}

std::string group_name(gid_t gid) {
  const group* entry = ::getgrgid(gid);
  return entry != nullptr ? entry->gr_name : std::to_string(gid);
}

/// @param on_the_way a directory that is traversed, not the one asked about
std::optional<std::string> exposure_by(const fs::path& path, const struct stat& info,
                                       bool on_the_way) {
  if (info.st_uid != 0) {
    return fmt::format("{} belongs to {}", path.string(), account_name(info.st_uid));
  }
  if (S_ISLNK(info.st_mode)) return std::nullopt;  // its mode is ignored
  // In a sticky directory, other accounts cannot replace root's files.
  if (on_the_way && (info.st_mode & S_ISVTX) != 0) return std::nullopt;
  if ((info.st_mode & S_IWOTH) != 0) {
    return fmt::format("{} is writable by everybody", path.string());
  }
  if ((info.st_mode & S_IWGRP) != 0 && has_other_members(info.st_gid)) {
    return fmt::format("{} is writable by the group {}", path.string(), group_name(info.st_gid));
  }
  return std::nullopt;
}

/// The words of `text` that may be file names: it may be a shell script.
std::vector<std::string_view> paths_in(std::string_view text) {
  constexpr std::string_view k_between = " \t\r\n'\"`;|&()<>$={}";
  std::vector<std::string_view> found;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find_first_of(k_between));
    if (word.find('/') != std::string_view::npos) found.push_back(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return found;
}

/// The files that a script's `#!` line names: its interpreter, and the program env(1) starts.
std::vector<fs::path> interpreters_of(const fs::path& program) {
  const Fd file(::open(program.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  std::array<char, 256> start{};
  const ssize_t n = file ? ::read(file.get(), start.data(), start.size()) : -1;
  if (n < 2 || start[0] != '#' || start[1] != '!') return {};
  const std::string_view line(start.data() + 2, static_cast<std::size_t>(n) - 2);
  const auto paths = paths_in(line.substr(0, line.find('\n')));
  return {paths.begin(), paths.end()};
}

std::optional<std::string> exposure_of_word(std::string_view word, const fs::path& directory) {
  if (const auto placeholder = word.find('{'); placeholder != std::string_view::npos) {
    const auto slash = word.substr(0, placeholder).rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    return exposure_of(directory / word.substr(0, slash + 1));
  }
  const fs::path file = directory / word;
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return exposure_of(file);
}

}  // namespace

std::string account_name(unsigned uid) {
  const passwd* user = ::getpwuid(uid);
  return user != nullptr ? user->pw_name : std::to_string(uid);
}

std::optional<std::string> exposure_of(const fs::path& path) {
  std::deque<fs::path> ahead;
  for (const fs::path& part : fs::absolute(path)) ahead.push_back(part);
  fs::path here;
  for (int links = 0; !ahead.empty();) {
    const fs::path part = ahead.front();
    ahead.pop_front();
    if (part.empty() || part == ".") continue;
    here = part == ".." ? here.parent_path() : here / part;
    struct stat info {};
    if (::lstat(here.c_str(), &info) != 0) return std::nullopt;
    const bool on_the_way = !ahead.empty() && S_ISDIR(info.st_mode);
    if (auto found = exposure_by(here, info, on_the_way)) return found;
    if (!S_ISLNK(info.st_mode)) continue;
    std::error_code error;
    const fs::path target = fs::read_symlink(here, error);
    if (error || ++links > k_most_links) return std::nullopt;
    here = target.is_absolute() ? fs::path() : here.parent_path();
    ahead.insert(ahead.begin(), target.begin(), target.end());
  }
  return std::nullopt;
}

std::optional<std::string> exposure_of(const std::vector<std::string>& argv,
                                       const fs::path& program, const fs::path& directory) {
  const fs::path place = directory.empty() ? fs::path("/") : fs::absolute(directory);
  if (auto found = exposure_of(place)) return found;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    std::string_view word = argv[i];
    if (i == 0 && !program.empty()) {
      const fs::path file = place / program;
      if (auto found = exposure_of(file)) return found;
      for (const fs::path& interpreter : interpreters_of(file)) {
        if (auto found = exposure_of(place / interpreter)) return found;
      }
      continue;
    }
    if (auto found = exposure_of_word(word, place)) return found;
    if (const auto equals = word.find('='); equals != std::string_view::npos) {
      if (auto found = exposure_of_word(word.substr(equals + 1), place)) return found;
    }
    for (const std::string_view path : paths_in(word)) {
      if (auto found = exposure_of_word(path, place)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace upkeep
