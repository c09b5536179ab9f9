// SPDX-License-Identifier: MIT
#include "patch/archive/profile.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/regex_text.hpp"
#include "base/text.hpp"
#include "config/toml_table.hpp"
#include "patch/model/patch_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::archive {

namespace {

const std::vector<std::string>& severity_words() {
  static const std::vector<std::string> k_words{"error", "warning"};
  return k_words;
}

void read_file_rule(config::TomlTable& table, FileRule& rule) {
  table.text("file", rule.file);
  table.word("presence", rule.presence, {"required", "optional", "forbidden", "unless-security"});
  table.texts("digests", rule.digests);
  static const Regex k_digest("[0-9a-f]{32}|[0-9a-f]{64}");
  for (std::string& digest : rule.digests) {
    digest = lower(digest);
    if (!k_digest.matches(digest)) table.fail("digests", "neither MD5 nor SHA-256");
  }
  table.word("other", rule.other, severity_words());
}

void read_readme(config::TomlTable& table, ReadmeRule& rule) {
  read_file_rule(table, rule);
  table.flag("fields", rule.fields);
  table.flag("products", rule.products);
  table.word("other_kind", rule.other_kind, severity_words());
}

void read_text_rule(config::TomlTable& table, Profile& profile) {
  TextRule rule;
  table.text("file", rule.file);
  table.one_of("rule", rule.rule, rules());
  table.regex("must", rule.must);
  table.regex("must_not", rule.must_not);
  table.text("when", rule.when);
  table.text("why", rule.why);
  table.word("severity", rule.severity, severity_words());
  if (rule.file.empty()) table.fail("file", "is missing");
  if (rule.rule.empty()) table.fail("rule", "is missing");
  if (rule.must.empty() == rule.must_not.empty())
    table.fail("must", "expected either must or must_not");
  profile.texts.push_back(std::move(rule));
}

void read_limits(config::TomlTable& table, Limits& limits) {
  table.positive("ratio", limits.ratio);
  table.positive("total", limits.total);
  table.positive("entries", limits.entries);
  constexpr std::uint64_t k_most_entries = 1000000;
  if (limits.entries > k_most_entries) table.fail("entries", "more than a million");
}

void read_changes(config::TomlTable& table, ChangeRule& rule) {
  table.text("descriptors", rule.descriptors);
  table.text("directory", rule.directory);
  if (rule.descriptors.empty()) table.fail("descriptors", "is missing");
  if (rule.directory.empty()) table.fail("directory", "is missing");
}

void read_levels(config::TomlTable& table, std::map<std::string, Level>& levels) {
  for (const std::string& rule : rules()) {
    std::string word;
    table.one_of(rule, word, {"error", "warning", "off"});
    if (word == "error") levels[rule] = Level::error;
    if (word == "warning") levels[rule] = Level::warning;
    if (word == "off") levels[rule] = Level::off;
  }
}

void read_ticks(config::TomlTable& table, std::map<std::string, std::vector<std::string>>& ticks) {
  for (const std::string& item : table.keys()) {
    std::vector<std::string>& proof = ticks[item];
    table.texts(item, proof);
    if (proof.empty()) table.fail(item, "lists no rules");
    for (const std::string& rule : proof) {
      if (std::find(rules().begin(), rules().end(), rule) != rules().end()) continue;
      table.fail(item, fmt::format("no rule '{}'", printable(rule)), did_you_mean(rule, rules()));
    }
  }
}

void read_layout(config::TomlTable& table, Profile& profile) {
  table.text("directory", profile.directory);
  if (table.has("others")) table.texts("others", profile.others.emplace());
  table.texts("jars_only", profile.jars_only);
  table.texts("content", profile.content);
}

}  // namespace

Profile parse_profile(const std::string& text, const std::string& what) {
  Profile profile;
  profile.what = what;
  const toml::table whole = config::parse_toml(text, what, config::TomlUse::data);
  config::TomlTable top(whole, what, "", config::TomlUse::data);
  top.text("name", profile.name);
  top.regex("security_text", profile.security_text);
  top.texts("junk", profile.junk);
  top.texts("hidden", profile.hidden);
  top.regexes("placeholders", profile.placeholders);
  top.regexes("suspects", profile.suspects);
  top.table("layout", [&](config::TomlTable& table) { read_layout(table, profile); });
  top.table("readme", [&](config::TomlTable& table) { read_readme(table, profile.readme); });
  top.table("license", [&](config::TomlTable& table) { read_file_rule(table, profile.license); });
  top.table("contribution",
            [&](config::TomlTable& table) { read_file_rule(table, profile.contribution); });
  top.table("version-file", [&](config::TomlTable& table) {
    table.regex("must", profile.version_must);
    read_file_rule(table, profile.version_file);
  });
  top.tables("text", [&](config::TomlTable& table) { read_text_rule(table, profile); });
  top.table("changes", [&](config::TomlTable& table) { read_changes(table, profile.changes); });
  top.table("limits", [&](config::TomlTable& table) { read_limits(table, profile.limits); });
  top.table("severity", [&](config::TomlTable& table) { read_levels(table, profile.levels); });
  top.table("tick", [&](config::TomlTable& table) { read_ticks(table, profile.ticks); });
  top.finish();
  if (profile.name.empty()) top.fail("name", "is missing");
  try {
    (void)NameRule(profile.name);
  } catch (const ConfigError& error) {
    top.fail("name", error.what());
  }
  return profile;
}

Profile load_profile(const std::string& called, const std::filesystem::path& shipped) {
  const bool is_path = called.find('/') != std::string::npos || called.ends_with(".toml");
  if (is_path) return parse_profile(read_file(called), called);
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(shipped, error)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  if (std::find(names.begin(), names.end(), called) == names.end()) {
    throw UsageError(
        fmt::format("no profile '{}'", printable(called)),
        did_you_mean(called, names, fmt::format("it is one of {}, or a file", join(names, ", "))));
  }
  const auto path = shipped / (called + ".toml");
  return parse_profile(read_file(path), path.string());
}

namespace {

std::string regex_of(const std::string& pattern) {
  std::string regex = "(?s)";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.compare(i, 2, "**") == 0) {
      regex += ".*";
      ++i;
    } else if (pattern[i] == '*') {
      regex += "[^/]*";
    } else if (pattern[i] == '?') {
      regex += "[^/]";
    } else {
      regex += regex_quoted(pattern.substr(i, 1));
    }
  }
  return regex;
}

}  // namespace

Glob::Glob(const std::string& pattern) : m_regex(regex_of(pattern)) {}

bool fits_any(const std::vector<Glob>& globs, std::string_view path) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.fits(path); });
}

}  // namespace upkeep::patch::archive
