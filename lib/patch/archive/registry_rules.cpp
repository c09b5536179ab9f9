// SPDX-License-Identifier: MIT
// Compares the archive with the registry's data on the patch.
#include "base/text.hpp"
#include "patch/archive/digest.hpp"
#include "patch/archive/examination.hpp"
#include "patch/model/bundle_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace upkeep::patch::archive {

namespace {

/// Whether both name the same file: with or without directory, `.jar` and version.
bool same_jar(const std::string& a, const std::string& b) {
  const std::string one = lower(a), other = lower(b);
  const BundleName first = bundle_name(one), second = bundle_name(other);
  // If both have a version, the versions are compared as well.
  if (!first.version.empty() && !second.version.empty())
    return bundle_key(one) == bundle_key(other);
  return first.name == second.name;
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
  if (expected.replaces && !same_jars(expected.recorded, examined.jars)) {
    // They are recorded before any item is ticked: then these are the recorded ones.
    if (!examined.jars.empty()) examined.findings.judged("digest");
    return;
  }
  if (expected.recorded.empty()) return;
  examined.findings.judged("digest");
  std::vector<const Jar*> missing;
  for (const Jar& jar : expected.recorded) missing.push_back(&jar);
  // The file of that name, otherwise the one with the same name on a server.
  const auto take = [&](const Jar& wanted) -> const Jar* {
    auto found = std::find_if(missing.begin(), missing.end(),
                              [&](const Jar* one) { return one->name == wanted.name; });
    if (found == missing.end()) {
      const std::string key = bundle_key(wanted.bundle);
      found = std::find_if(missing.begin(), missing.end(),
                           [&](const Jar* one) { return bundle_key(one->bundle) == key; });
    }
    if (found == missing.end()) return nullptr;
    const Jar* jar = *found;
    missing.erase(found);
    return jar;
  };
  for (const Jar& jar : examined.jars) {
    const Jar* known = take(jar);
    if (known == nullptr) {
      examined.findings.add("digest", fmt::format("{} was not recorded", shown(jar.name)));
    } else if (known->sha256 != jar.sha256) {
      examined.findings.add("digest", fmt::format("{} differs (MD5 {}, recorded {})",
                                                  shown(jar.name), jar.md5, known->md5));
    }
  }
  for (const Jar* jar : missing) {
    examined.findings.add("digest", fmt::format("the recorded {} is missing", shown(jar->name)));
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
    return;  // the other checks would compare two patches
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

}  // namespace upkeep::patch::archive
