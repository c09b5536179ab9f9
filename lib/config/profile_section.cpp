// SPDX-License-Identifier: MIT
// `[profile.NAME]`, from upkeep.toml or a file of share/profiles/.
#include "config/assets.hpp"
#include "config/sections.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace upkeep::config {

namespace {

void read_public_steps(TomlTable& section, Profile& profile) {
  section.tables("public", [&](TomlTable& step) {
    PublicStep public_step;
    step.regex("match", public_step.match);
    step.text("text", public_step.text);
    profile.public_steps.push_back(std::move(public_step));
  });
}

void read_weights(TomlTable& section, Profile& profile) {
  section.tables("weights", [&](TomlTable& table) {
    StepWeight weight;
    table.regex("match", weight.match);
    table.real("seconds", weight.seconds, 0);
    for (const char* key : {"match", "seconds"}) {
      if (!table.has(key)) table.fail(key, "required in every weight");
    }
    profile.weights.push_back(std::move(weight));
  });
}

void read_profile(TomlTable& section, Profile& profile) {
  section.regex("step_open", profile.step_open);
  section.regex("step_close", profile.step_close);
  section.regex("step_line", profile.step_line);
  section.regex("success", profile.success);
  section.regexes("failure", profile.failure);
  section.integer("steps", profile.steps, 0, 10000);
  section.regexes("ignore", profile.ignore);
  read_public_steps(section, profile);
  section.table("gate", [&](TomlTable& gate) { read_gate(gate, profile.gate); });
  read_weights(section, profile);
}

}  // namespace

void read_profiles(TomlTable& root, Config& config) {
  root.each_table("profile", [&](const std::string& name, TomlTable& section) {
    read_profile(section, config.profiles[name]);
  });
}

std::optional<ProfileText> shipped_profile_text(const std::filesystem::path& share_directory,
                                                const std::string& name) {
  if (name.find('/') != std::string::npos) return std::nullopt;
  const std::string file = name + ".toml";
  const std::filesystem::path path = share_directory / "profiles" / file;
  std::error_code absent;
  if (!share_directory.empty() && std::filesystem::exists(path, absent))
    return ProfileText{path, {}};
  const auto& all = assets();
  const auto built_in =
      std::find_if(all.begin(), all.end(), [&](const Asset& one) { return one.name == file; });
  if (built_in == all.end()) return std::nullopt;
  return ProfileText{"profiles/" + file, std::string(built_in->text)};
}

Profile shipped_profile(const std::string& name) {
  const auto found = shipped_profile_text("", name);
  if (!found) throw ConfigError("there is no profile " + name);
  const toml::table table = parse_toml(*found->text, found->file.string(), TomlUse::configuration);
  Profile profile;
  TomlTable(table, found->file.string(), "")
      .each_table("profile", [&](const std::string& title, TomlTable& section) {
        if (title == name) read_profile(section, profile);
      });
  return profile;
}

std::vector<std::string> shipped_profiles(const std::filesystem::path& share_directory) {
  std::set<std::string> names{k_plain_profile};
  for (const Asset& one : assets()) {
    names.insert(std::filesystem::path(one.name).stem().string());
  }
  std::error_code unreadable;  // then none is found
  for (const auto& entry :
       std::filesystem::directory_iterator(share_directory / "profiles", unreadable)) {
    if (entry.path().extension() == ".toml") names.insert(entry.path().stem().string());
  }
  return {names.begin(), names.end()};
}

}  // namespace upkeep::config
