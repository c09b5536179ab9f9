// SPDX-License-Identifier: MIT
// Files with their own rules, and lines in texts.
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "patch/archive/examination.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::archive {

namespace {

/// `README.TXT` instead of README.txt: a server on Unix does not find it.
std::string other_spelling(const Examination& examined, const std::string& file) {
  for (const std::string_view path : examined.paths) {
    if (path != file && lower(path) == lower(file)) {
      return fmt::format("; there is {}", shown(path));
    }
  }
  return {};
}

/// @returns whether the file exists.
bool judge_presence(Examination& examined, const char* name, const FileRule& rule) {
  if (rule.file.empty()) return false;
  Findings& findings = examined.findings;
  const bool there = examined.has(rule.file);
  switch (rule.presence) {
    case Presence::forbidden:
      findings.judged(name);
      if (there) findings.add(name, fmt::format("{} does not belong in the archive", rule.file));
      break;
    case Presence::unless_security:
      if (there && examined.security) {
        findings.add(name, fmt::format("{} in a security patch", rule.file), Severity::warning);
      }
      if (examined.security) break;
      [[fallthrough]];
    case Presence::required:
      if (!there) {
        findings.add(
            name, fmt::format("{} is missing{}", rule.file, other_spelling(examined, rule.file)));
      }
      break;
    case Presence::optional:
      break;
  }
  return there;
}

void judge_digest(Examination& examined, const char* name, const FileRule& rule) {
  const auto found = examined.digests.find(rule.file);
  if (found == examined.digests.end() || rule.digests.empty()) return;
  examined.findings.judged(name);
  const auto known = [&](const std::string& digest) {
    return std::find(rule.digests.begin(), rule.digests.end(), digest) != rule.digests.end();
  };
  const auto& [md5, sha256] = found->second;
  if (known(md5) || known(sha256)) return;
  examined.findings.add(name, fmt::format("{} has an unknown text (MD5 {})", rule.file, md5),
                        rule.other);
}

void judge_version_file(Examination& examined) {
  const Profile& profile = examined.profile;
  if (!judge_presence(examined, "version-file", profile.version_file)) return;
  judge_digest(examined, "version-file", profile.version_file);
  const auto text = examined.texts.find(profile.version_file.file);
  if (profile.version_must.empty() || text == examined.texts.end()) return;
  examined.findings.judged("version-file");
  if (!Regex(examined.expand_regex(profile.version_must)).search(text->second)) {
    examined.findings.add("version-file",
                          fmt::format("'{}' does not name this patch", shown(trim(text->second))));
  }
}

/// The line that contains a part of a text.
std::string line_with(const std::string& text, const std::string& part) {
  const auto at = text.find(part);
  if (at == std::string::npos) return part;
  const auto start = text.rfind('\n', at);
  const auto end = text.find('\n', at);
  const std::size_t from = start == std::string::npos ? 0 : start + 1;
  return std::string(trim(text.substr(from, end == std::string::npos ? end : end - from)));
}

void judge_placeholders(Examination& examined) {
  const Profile& profile = examined.profile;
  if (!profile.placeholders.empty()) examined.findings.judged("placeholder");
  const auto look = [&](const std::vector<std::string>& patterns, Severity severity) {
    for (const std::string& pattern : patterns) {
      const Regex regex(pattern);
      for (const auto& [file, text] : examined.texts) {
        if (file == profile.license.file || file == profile.contribution.file) continue;
        if (const auto groups = regex.groups(text)) {
          examined.findings.add(
              "placeholder",
              fmt::format("{}: '{}'", shown(file), shown(line_with(text, groups->front()))),
              severity);
        }
      }
    }
  };
  look(profile.placeholders, Severity::error);
  look(profile.suspects, Severity::warning);
}

bool applies(const Examination& examined, const TextRule& rule) {
  if (rule.when.empty()) return true;
  const Glob when(examined.expand(rule.when));
  return std::any_of(examined.paths.begin(), examined.paths.end(),
                     [&](std::string_view path) { return when.fits(path); });
}

void judge_texts(Examination& examined) {
  for (const TextRule& rule : examined.profile.texts) {
    if (!applies(examined, rule)) continue;
    const Glob files(examined.expand(rule.file));
    const Regex regex(examined.expand_regex(rule.must.empty() ? rule.must_not : rule.must));
    for (const auto& [file, text] : examined.texts) {
      if (!files.fits(file)) continue;
      examined.findings.judged(rule.rule);
      const auto groups = regex.groups(text);
      if (groups.has_value() == !rule.must.empty()) continue;
      const std::string what = groups ? shown(line_with(text, groups->front())) : rule.must;
      examined.findings.add(rule.rule,
                            fmt::format("{}: {}", shown(file), rule.why.empty() ? what : rule.why),
                            rule.severity);
    }
  }
}

}  // namespace

void judge_files(Examination& examined) {
  const Profile& profile = examined.profile;
  const auto license = examined.texts.find(profile.license.file);
  examined.security = examined.expected != nullptr && examined.expected->security;
  if (!profile.security_text.empty() && license != examined.texts.end()) {
    examined.security = examined.security || Regex(profile.security_text).search(license->second);
  }
  judge_presence(examined, "license", profile.license);
  judge_digest(examined, "license", profile.license);
  if (judge_presence(examined, "contribution", profile.contribution)) {
    judge_digest(examined, "contribution", profile.contribution);
  } else if (examined.security) {
    examined.findings.judged("contribution");
  }
  judge_version_file(examined);
  judge_presence(examined, "readme", profile.readme);
  judge_placeholders(examined);
  judge_texts(examined);
}

}  // namespace upkeep::patch::archive
