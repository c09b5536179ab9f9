// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "patch/archive/examination.hpp"
#include "patch/archive/readme.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch::archive {

namespace {

using Keys = std::set<std::string>;

Keys keys_of(const std::vector<std::string>& values,
             const std::function<std::string(const std::string&)>& key) {
  Keys keys;
  for (const std::string& value : values) {
    if (std::string one = key(value); !one.empty()) keys.insert(std::move(one));
  }
  return keys;
}

void judge_id(Examination& examined, const Readme& readme) {
  examined.findings.judged("readme-id");
  if (!readme.id || readme.id->empty()) {
    examined.findings.add("readme-id", "there is no Patch ID");
  } else if (examined.ref && *readme.id != examined.names.format(*examined.ref)) {
    examined.findings.add("readme-id", fmt::format("Patch ID is '{}', not {}", shown(*readme.id),
                                                   examined.names.format(*examined.ref)));
  } else if (!examined.ref && !examined.names.parse(*readme.id)) {
    examined.findings.add("readme-id",
                          fmt::format("Patch ID '{}' is not a patch", shown(*readme.id)));
  }
}

void judge_applies(Examination& examined, const Readme& readme) {
  Findings& findings = examined.findings;
  findings.judged("readme-applies");
  if (!readme.applies || readme.applies->empty()) {
    findings.add("readme-applies", "Applies To lists no product");
    return;
  }
  const Expected* expected = examined.expected;
  if (expected == nullptr || !examined.profile.readme.products || expected->products.empty())
    return;
  const auto key = [&](const std::string& product) {
    return product_key(expected->product ? expected->product(product) : product);
  };
  const Keys said = keys_of(*readme.applies, key);
  const Keys known = keys_of(expected->products, key);
  for (const std::string& product : *readme.applies) {
    if (!known.contains(key(product))) {
      findings.add(
          "readme-applies",
          fmt::format("Applies To lists '{}', which the registry does not", shown(product)));
    }
  }
  for (const std::string& product : expected->products) {
    if (!said.contains(key(product))) {
      findings.add("readme-applies",
                   fmt::format("Applies To lacks the registry's '{}'", shown(product)));
    }
  }
}

void judge_jira(Examination& examined, const Readme& readme) {
  Findings& findings = examined.findings;
  findings.judged("readme-jira");
  if (!readme.jiras || readme.jiras->empty()) {
    if (!examined.security) findings.add("readme-jira", "Associated JIRA lists none");
    return;
  }
  for (const std::string& jira : *readme.jiras) {
    if (jira_key(jira).empty()) {
      findings.add("readme-jira", fmt::format("'{}' is not a JIRA", shown(jira)));
    }
  }
  const Expected* expected = examined.expected;
  if (expected == nullptr || expected->public_jiras.empty()) return;
  const Keys said = keys_of(*readme.jiras, jira_key);
  const Keys known = keys_of(expected->public_jiras, jira_key);
  const Keys support = keys_of(expected->support_jiras, jira_key);
  for (const std::string& key : said) {
    if (!known.contains(key) && !support.contains(key)) {
      findings.add("readme-jira", fmt::format("{} is not in the registry", shown(key)));
    }
  }
  for (const std::string& key : known) {
    if (!said.contains(key)) {
      findings.add("readme-jira", fmt::format("the registry's {} is missing", shown(key)));
    }
  }
}

void judge_description(Examination& examined, const Readme& readme) {
  examined.findings.judged("readme-description");
  if (!readme.description) {
    examined.findings.add("readme-description", "there is no DESCRIPTION");
  } else if (readme.description->empty()) {
    examined.findings.add("readme-description", "DESCRIPTION is empty");
  }
}

void judge_installation(Examination& examined, const Readme& readme) {
  Findings& findings = examined.findings;
  findings.judged("readme-install");
  if (!readme.installation) {
    findings.add("readme-install", "there are no INSTALLATION INSTRUCTIONS");
    return;
  }
  if (examined.profile.directory.empty()) return;
  static const Regex k_copy("(?i)copy\\s+(?:the\\s+)?(\\S+)\\s+(?:folder\\s+|directory\\s+)?to\\b");
  const std::string directory = examined.expand(examined.profile.directory);
  const Glob wanted(directory);
  std::string rest = *readme.installation;
  std::string other;
  while (const auto groups = k_copy.groups(rest)) {
    if (wanted.fits(groups->at(1))) return;
    if (other.empty() && lower(groups->at(1)).starts_with("patch")) other = groups->at(1);
    rest = rest.substr(rest.find(groups->front()) + groups->front().size());
  }
  findings.add("readme-install",
               other.empty() ? fmt::format("it does not say 'Copy the {} to'", directory)
                             : fmt::format("it says to copy {}, not {}", shown(other), directory));
}

}  // namespace

void judge_readme(Examination& examined) {
  const ReadmeRule& rule = examined.profile.readme;
  if (!rule.fields) return;
  const auto text = examined.texts.find(rule.file);
  if (text == examined.texts.end()) return;  // missing, which is already reported
  const Readme readme = parse_readme(text->second);
  examined.findings.judged("readme");
  if (readme.is_other_kind()) {
    examined.findings.add("readme", fmt::format("{} is not the README of a patch", rule.file),
                          rule.other_kind);
    if (rule.other_kind == Severity::warning) return;
  }
  judge_id(examined, readme);
  judge_applies(examined, readme);
  judge_jira(examined, readme);
  judge_description(examined, readme);
  judge_installation(examined, readme);
}

}  // namespace upkeep::patch::archive
