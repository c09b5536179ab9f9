// SPDX-License-Identifier: MIT
#include "patch/archive/beside.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "patch/model/companion.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>

namespace upkeep::patch::archive {

namespace {

constexpr const char* k_like = "like NAME.zip.sha256=/dev/fd/5 or NAME.zip.asc=/dev/fd/6";

/// Both sides of the equals sign: a name, and even a path, may contain others.
std::pair<std::string, std::string> parts_of(const std::string& archive, const std::string& word) {
  for (auto sign = word.find('='); sign != std::string::npos; sign = word.find('=', sign + 1)) {
    const std::string name = word.substr(0, sign);
    const auto kind = companion_kind(archive, name);
    if (!kind) continue;
    if (*kind == CompanionKind::unreadable_signature) {
      throw UsageError(fmt::format("--beside: signatures like {} cannot be verified", name));
    }
    return {name, word.substr(sign + 1)};
  }
  throw UsageError(fmt::format("--beside: '{}' names no digest or signature of {}", printable(word),
                               printable(archive)),
                   k_like);
}

}  // namespace

std::map<std::string, std::string> given_companions(const std::string& archive,
                                                    const std::vector<std::string>& words) {
  std::map<std::string, std::string> given;
  for (const std::string& word : words) {
    auto [name, path] = parts_of(archive, word);
    if (path.empty()) throw UsageError(fmt::format("--beside: {} has no file", name), k_like);
    if (given.contains(name)) throw UsageError(fmt::format("--beside: {} is given twice", name));
    given.emplace(std::move(name), std::move(path));
  }
  return given;
}

void require_readable(const std::map<std::string, std::string>& given) {
  for (const auto& [name, path] : given) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (file) continue;
    throw Error(ExitStatus::no_input, fmt::format("{}: {}", printable(path), std::strerror(errno)));
  }
}

}  // namespace upkeep::patch::archive
