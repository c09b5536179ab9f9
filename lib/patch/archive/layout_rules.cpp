// SPDX-License-Identifier: MIT
// The layout of an archive.
#include "base/text.hpp"
#include "patch/archive/examination.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace upkeep::patch::archive {

namespace {

std::string_view top_of(std::string_view path) {
  return path.substr(0, path.find('/'));
}

/// The patch that the archive belongs to, by its file name; a finding if that is not the name of a
/// patch.
void judge_file_name(Examination& examined) {
  const std::filesystem::path file(examined.file);
  examined.findings.judged("name");
  const std::string stem = file.stem().string();
  const auto ref = examined.names.parse(stem);
  if (file.extension() == ".zip" && ref && examined.names.format(*ref) == stem) {
    examined.ref = ref;
    return;
  }
  const PatchRef example{"4.4.0", 1};
  examined.findings.add(
      "name", fmt::format("'{}' is not called like {}.zip", shown(file.filename().string()),
                          examined.names.format(example)));
}

/// The only directory at the top; nullopt if there is none, or more than that.
std::optional<std::string> only_directory(const ZipMap& map) {
  std::optional<std::string> only;
  for (const ZipEntry& entry : map.entries) {
    const std::string_view top = top_of(entry.name);
    if (top.size() == entry.name.size()) return std::nullopt;  // a file at the top
    if (only && *only != top) return std::nullopt;
    if (!only) only = std::string(top);
  }
  return only;
}

void judge_root(Examination& examined) {
  Findings& findings = examined.findings;
  const auto only = only_directory(examined.map);
  if (!examined.ref && only) {
    const auto ref = examined.names.parse(*only);
    if (ref && examined.names.format(*ref) == *only) examined.ref = ref;
  }
  if (!examined.ref && examined.expected != nullptr) examined.ref = examined.expected->ref;
  const std::string wanted = examined.ref ? examined.names.format(*examined.ref) : "";
  const auto& entries = examined.map.entries;
  const bool there = !wanted.empty() && std::any_of(entries.begin(), entries.end(), [&](auto& e) {
    return e.name.starts_with(wanted + "/");
  });
  if (there) {
    examined.root = wanted + "/";
    return;
  }
  const Glob directory(examined.profile.directory.empty()
                           ? "-"
                           : replace_all(examined.profile.directory, "{number}", "*"));
  if (!only || directory.fits(*only)) {
    findings.add("layout", wanted.empty()
                               ? "everything must be in one directory named after the patch"
                               : fmt::format("there is no directory {}/", wanted));
    return;
  }
  examined.root = *only + "/";
  if (examined.names.parse(*only)) {
    findings.add("other-patch", fmt::format("its directory is {}/", shown(*only)));
  } else {
    findings.add("layout", fmt::format("its directory is {}/, not {}/", shown(*only),
                                       wanted.empty() ? "the patch's name" : wanted));
  }
}

std::vector<Glob> globs_of(const Examination& examined, const std::vector<std::string>& patterns) {
  std::vector<Glob> globs;
  globs.reserve(patterns.size());
  for (const std::string& pattern : patterns) globs.emplace_back(examined.expand(pattern));
  return globs;
}

/// What is allowed in the root.
std::vector<Glob> allowed_globs(const Examination& examined) {
  const Profile& profile = examined.profile;
  std::vector<std::string> patterns = *profile.others;
  if (!profile.directory.empty()) patterns.push_back(profile.directory + "/**");
  for (const std::string& file : {profile.readme.file, profile.license.file,
                                  profile.contribution.file, profile.version_file.file}) {
    if (!file.empty()) patterns.push_back(file);
  }
  return globs_of(examined, patterns);
}

void judge_places(Examination& examined) {
  const Profile& profile = examined.profile;
  Findings& findings = examined.findings;
  const std::string directory = examined.expand(profile.directory);
  if (!directory.empty() && !examined.has_directory(directory) && !examined.paths.empty()) {
    findings.add("layout", fmt::format("there is no directory {}/", directory));
  }
  const Glob any_patch(replace_all(profile.directory, "{number}", "*"));
  static const Regex k_digits("[^0-9]*[0-9]+");
  const auto allowed = profile.others ? allowed_globs(examined) : std::vector<Glob>{};
  std::set<std::string, std::less<>> reported;
  for (const std::string_view path : examined.paths) {
    const std::string_view top = top_of(path);
    const bool in_directory = top.size() < path.size();
    if (!directory.empty() && examined.ref && in_directory && top != directory &&
        any_patch.fits(top) && k_digits.matches(top)) {
      if (reported.emplace(top).second) {
        findings.add("other-patch", fmt::format("{}/ belongs to another patch", shown(top)));
      }
      continue;
    }
    if (!profile.others || fits_any(allowed, path)) continue;
    if (reported.emplace(top).second) {
      findings.add("layout",
                   fmt::format("{}{} does not belong here", shown(top), in_directory ? "/" : ""));
    }
  }
}

void judge_jars_only(Examination& examined) {
  Findings& findings = examined.findings;
  for (const std::string& pattern : examined.profile.jars_only) {
    const Glob inside(examined.expand(pattern) + "/**");
    const auto depth = std::count(pattern.begin(), pattern.end(), '/') + 1;
    for (const std::string_view path : examined.paths) {
      if (!inside.fits(path) || path.back() == '/') continue;
      if (std::count(path.begin(), path.end(), '/') > depth) {
        findings.add(
            "jars-only",
            fmt::format("{} is nested too deeply: the server does not apply it", shown(path)));
      } else if (!path.ends_with(".jar")) {
        findings.add("jars-only", fmt::format("{} is not a jar", shown(path)));
      }
    }
  }
}

void judge_content(Examination& examined) {
  std::vector<std::string> there;
  for (const std::string& pattern : examined.profile.content) {
    const std::string directory = examined.expand(pattern);
    const Glob inside(directory + "/**");
    for (const std::string_view path : examined.paths) {
      if (!inside.fits(path)) continue;
      if (path.back() != '/') return;
      if (there.empty() || there.back() != directory) there.push_back(directory);
    }
  }
  if (!there.empty()) {
    examined.findings.add("empty", fmt::format("{}/ is empty", join(there, "/ and ")));
  }
}

/// Names that no archive should have; for a directory with such a name, only the directory is
/// reported.
void judge_litter(Examination& examined, const std::string& rule,
                  const std::vector<std::string>& patterns) {
  const std::vector<Glob> globs(patterns.begin(), patterns.end());
  std::set<std::string, std::less<>> reported;
  for (const ZipEntry& entry : examined.map.entries) {
    const std::string_view path = entry.name;
    for (std::size_t start = 0; start < path.size();) {
      const std::size_t end = std::min(path.find('/', start), path.size());
      const std::string_view part = path.substr(start, end - start);
      if (part != "." && part != ".." && fits_any(globs, part)) {
        if (reported.emplace(path.substr(0, end)).second) {
          examined.findings.add(rule, shown(path.substr(0, end)));
        }
        break;
      }
      start = end + 1;
    }
  }
}

}  // namespace

void find_root(Examination& examined) {
  examined.findings.judged("other-patch");
  examined.findings.judged("layout");
  judge_file_name(examined);
  if (examined.map.entries.empty()) {
    if (!examined.ref && examined.expected != nullptr) examined.ref = examined.expected->ref;
    return;
  }
  judge_root(examined);
  std::set<std::string, std::less<>> outside;
  for (const ZipEntry& entry : examined.map.entries) {
    const std::string_view name = entry.name;
    if (!name.starts_with(examined.root)) {
      if (outside.emplace(top_of(name)).second) {
        examined.findings.add(
            "layout", fmt::format("{} is outside {}", shown(top_of(name)), shown(examined.root)));
      }
    } else if (name.size() > examined.root.size()) {
      examined.paths.push_back(name.substr(examined.root.size()));
    }
  }
}

void judge_layout(Examination& examined) {
  for (const char* rule : {"jars-only", "junk", "hidden"}) examined.findings.judged(rule);
  judge_litter(examined, "junk", examined.profile.junk);
  judge_litter(examined, "hidden", examined.profile.hidden);
  if (examined.map.entries.empty()) return;
  judge_places(examined);
  judge_jars_only(examined);
  judge_content(examined);
}

}  // namespace upkeep::patch::archive
