// SPDX-License-Identifier: MIT
#include "upgrade/view/log_end.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::upgrade {

namespace {

namespace fs = std::filesystem;

constexpr off_t k_bytes = 65536;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw Error(ExitStatus::no_input, fmt::format("{}: {}", printable(path), why),
              "only files below [upgrade] log_dir are shown");
}

/// The path components below log_dir.
fs::path below(const fs::path& log_dir, const std::string& text) {
  const fs::path path(text), top = log_dir.lexically_normal();
  if (path != path.lexically_normal() || text.find('\0') != std::string::npos)
    refuse(text, "not the path of a log");
  fs::path rest = path.lexically_relative(top);
  if (rest.empty() || rest == "." || *rest.begin() == "..") refuse(text, "not in log_dir");
  return rest;
}

/// Opens each component separately, to detect links.
Fd open_below(const fs::path& log_dir, const fs::path& rest, const std::string& path) {
  Fd at(::open(log_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (auto part = rest.begin(); at && part != rest.end(); ++part) {
    const bool last = std::next(part) == rest.end();
    const int flags = last ? O_NONBLOCK | O_NOCTTY : O_DIRECTORY;
    at = Fd(::openat(at.get(), part->c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags));
  }
  if (!at) refuse(path, std::strerror(errno));
  struct stat info {};
  // A hard link is a link as well.
  if (::fstat(at.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1)
    refuse(path, "not a plain file");
  return at;
}

std::string read_end(const Fd& file, const std::string& path) {
  struct stat info {};
  ::fstat(file.get(), &info);
  const off_t from = std::max<off_t>(0, info.st_size - k_bytes);
  std::string text(static_cast<std::size_t>(std::min<off_t>(info.st_size, k_bytes)), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::pread(file.get(), text.data() + have, text.size() - have,
                                from + static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse(path, std::strerror(errno));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  if (from == 0) return text;
  // Start at a line if there is more than one; never within a character.
  const std::size_t line = text.find('\n');
  if (line != std::string::npos && line + 1 < text.size()) return text.substr(line + 1);
  const auto inside = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  return {std::find_if_not(text.begin(), text.end(), inside), text.end()};
}

}  // namespace

std::string read_log_end(const config::Config& config, const std::string& path) {
  const fs::path rest = below(config.upgrade.log_dir, path);
  return read_end(open_below(config.upgrade.log_dir, rest, path), path);
}

}  // namespace upkeep::upgrade
