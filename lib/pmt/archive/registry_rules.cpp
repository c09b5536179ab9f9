// SPDX-License-Identifier: MIT
// The archive against what the registry says of the patch.
#include "base/text.hpp"
#include "pmt/archive/digest.hpp"
#include "pmt/archive/examination.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace upkeep::pmt::archive {

namespace {

/// How the list of jars calls a file: with or without its directory, `.jar` and version.
std::set<std::string> spellings(std::string name) {
  name = lower(name.substr(name.rfind('/') + 1));
  if (name.ends_with(".jar")) name.resize(name.size() - std::string_view(".jar").size());
  std::set<std::string> out{name};
  static const Regex k_version("^(.*?)[_-][0-9].*$");
  if (const auto groups = k_version.groups(name)) out.insert(groups->at(1));
  return out;
}

bool same_jar(const std::string& a, const std::string& b) {
  const auto one = spellings(a), other = spellings(b);
  // Both with a version: then the versions count too.
  if (one.size() > 1 && other.size() > 1)
    return lower(a).substr(a.rfind('/') + 1) == lower(b).substr(b.rfind('/') + 1) || one == other;
  return std::any_of(one.begin(), one.end(),
                     [&](const std::string& name) { return other.contains(name); });
}

void judge_list(Examination& examined) {
  const Expected& expected = *examined.expected;
  if (expected.jars.empty()) return;
  for (const Jar& jar : examined.jars) {
    if (std::none_of(expected.jars.begin(), expected.jars.end(),
                     [&](const std::string& name) { return same_jar(name, jar.name); })) {
      examined.findings.add("jars-only", fmt::format("{} is not among the jars that the registry"
                                                     " has for this patch",
                                                     shown(jar.name)));
    }
  }
  for (const std::string& name : expected.jars) {
    if (std::none_of(examined.jars.begin(), examined.jars.end(),
                     [&](const Jar& jar) { return same_jar(name, jar.name); })) {
      examined.findings.add("jars-only",
                            fmt::format("the registry's {} is not in the archive", shown(name)),
                            Severity::warning);
    }
  }
}

void judge_recorded(Examination& examined) {
  const Expected& expected = *examined.expected;
  if (expected.recorded.empty()) return;
  // Other jars take the place of those that were recorded: nothing to compare them with.
  if (expected.replaces && !same_jars(expected.recorded, examined.jars)) return;
  std::map<std::string, const Jar*> recorded;
  for (const Jar& jar : expected.recorded) recorded.emplace(jar.name, &jar);
  examined.findings.judged("digest");
  for (const Jar& jar : examined.jars) {
    const auto known = recorded.find(jar.name);
    if (known == recorded.end()) {
      examined.findings.add("digest", fmt::format("{} was not recorded", shown(jar.name)));
      continue;
    }
    if (known->second->sha256 != jar.sha256) {
      examined.findings.add("digest", fmt::format("{} is another one (MD5 {}, recorded {})",
                                                  shown(jar.name), jar.md5, known->second->md5));
    }
    recorded.erase(known);
  }
  for (const auto& [name, jar] : recorded) {
    examined.findings.add("digest", fmt::format("the recorded {} is missing", shown(name)));
  }
}

}  // namespace

void judge_registry(Examination& examined) {
  if (examined.expected == nullptr) return;
  const Expected& expected = *examined.expected;
  if (examined.ref && *examined.ref != expected.ref) {
    examined.findings.add("other-patch", fmt::format("it is an archive of {}, not of {}",
                                                     examined.names.format(*examined.ref),
                                                     examined.names.format(expected.ref)));
    return;  // the rest would compare two patches
  }
  judge_list(examined);
  judge_recorded(examined);
  if (!expected.md5.empty()) {
    const std::string md5 = digest_of(examined.data, "MD5");
    if (md5 != lower(expected.md5)) {
      examined.findings.add("digest", fmt::format("the archive's MD5 is {}, the registry says {}",
                                                  md5, lower(expected.md5)));
    }
  }
}

}  // namespace upkeep::pmt::archive
