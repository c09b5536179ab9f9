// SPDX-License-Identifier: MIT
// Compares the files of an update with its descriptor, and with the product that it is for.
#include "base/file.hpp"
#include "base/text.hpp"
#include "patch/archive/descriptor.hpp"
#include "patch/archive/examination.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

namespace upkeep::patch::archive {

namespace {

using Paths = std::set<std::string, std::less<>>;

/// The data of all the archive's descriptors; nullopt if none can be read.
std::optional<Descriptor> described(Examination& examined) {
  std::optional<Descriptor> all;
  const Glob files(examined.profile.changes.descriptors);
  for (const auto& [file, text] : examined.texts) {
    if (!files.fits(file)) continue;
    try {
      Descriptor one = parse_descriptor(text, examined.profile.changes.directory);
      if (!all) all.emplace();
      all->lists = all->lists || one.lists;
      all->added.merge(one.added);
      all->modified.merge(one.modified);
      all->removed.merge(one.removed);
    } catch (const DataError& error) {
      examined.findings.add("readme", fmt::format("{}: {}", shown(file), error.what()));
    }
  }
  return all;
}

/// The files of the archive, by their paths in the product.
Paths brought(const Examination& examined) {
  const std::string start = examined.profile.changes.directory + "/";
  Paths paths;
  for (const std::string_view path : examined.paths) {
    if (path.starts_with(start) && !path.ends_with('/')) paths.emplace(path.substr(start.size()));
  }
  return paths;
}

void judge_lists(Examination& examined, const Descriptor& said, const Paths& there) {
  Findings& findings = examined.findings;
  for (const std::string& path : there) {
    if (said.removed.contains(path)) {
      findings.add("layout",
                   fmt::format("{} is in the archive, but the descriptor removes it", shown(path)));
    } else if (!said.added.contains(path) && !said.modified.contains(path)) {
      findings.add("layout",
                   fmt::format("{} is neither among the descriptor's added files nor among the"
                               " modified ones",
                               shown(path)));
    }
  }
  for (const auto* list : {&said.added, &said.modified}) {
    for (const std::string& path : *list) {
      if (there.contains(path)) continue;
      findings.add("layout", fmt::format("the descriptor's {} is not in the archive", shown(path)));
    }
  }
}

void judge_distribution(Examination& examined, const Descriptor& said, const Paths& there,
                        const Paths& product) {
  Findings& findings = examined.findings;
  for (const std::string& path : there) {
    if (!product.contains(path) && !said.added.contains(path)) {
      findings.add("layout", fmt::format("{} is neither in the distribution nor among the"
                                         " descriptor's added files",
                                         shown(path)));
    }
  }
  for (const std::string& path : said.added) {
    if (product.contains(path)) {
      findings.add("layout",
                   fmt::format("{} is listed as added, but the distribution has it", shown(path)),
                   Severity::warning);
    }
  }
  for (const std::string& path : said.removed) {
    if (product.contains(path)) continue;
    findings.add("layout", fmt::format("{} is listed as removed, but the distribution lacks it",
                                       shown(path)));
  }
}

}  // namespace

std::set<std::string, std::less<>> distribution_files(const std::string& zip,
                                                      std::size_t most_entries) {
  const Fd file(::open(zip.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) {
    throw Error(ExitStatus::no_input, fmt::format("{}: {}", printable(zip), std::strerror(errno)));
  }
  if (!S_ISREG(info.st_mode)) {
    throw Error(ExitStatus::no_input, fmt::format("{}: not a regular file", printable(zip)));
  }
  ZipMap map;
  try {
    map = read_zip_map(file, static_cast<std::uint64_t>(info.st_size), most_entries);
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}: {}", printable(zip), error.what()));
  }
  if (map.too_many) throw DataError(fmt::format("{}: too many entries", printable(zip)));
  Paths files;
  for (const ZipEntry& entry : map.entries) {
    // Everything is in one directory, named after the product and version.
    const auto slash = entry.name.find('/');
    if (entry.is_directory() || slash == std::string::npos) continue;
    files.insert(entry.name.substr(slash + 1));
  }
  return files;
}

void judge_changes(Examination& examined, const Paths* product) {
  if (examined.profile.changes.descriptors.empty()) return;
  const auto said = described(examined);
  if (!said) return;
  const Paths there = brought(examined);
  if (said->lists) {
    judge_lists(examined, *said, there);
  } else if (!there.empty()) {
    examined.findings.add("layout", "the descriptor does not list the files that it changes",
                          Severity::warning);
  }
  if (product != nullptr) judge_distribution(examined, *said, there, *product);
}

}  // namespace upkeep::patch::archive
