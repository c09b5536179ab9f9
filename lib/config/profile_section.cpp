// SPDX-License-Identifier: MIT
// `[profile.NAME]`, from upkeep.toml or a file of share/profiles/.
#include "base/file.hpp"
#include "config/sections.hpp"

#include <algorithm>
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

std::filesystem::path profile_file(const std::filesystem::path& share_directory,
                                   const std::string& name) {
  return share_directory / "profiles" / (name + ".toml");
}

Profile shipped_profile(const std::filesystem::path& share_directory, const std::string& name) {
  const std::string file = profile_file(share_directory, name).string();
  const toml::table table = parse_toml(read_file(file), file, TomlUse::configuration);
  Profile profile;
  TomlTable(table, file, "")
      .each_table("profile", [&](const std::string& title, TomlTable& section) {
        if (title == name) read_profile(section, profile);
      });
  return profile;
}

std::vector<std::string> shipped_profiles(const std::filesystem::path& share_directory) {
  std::vector<std::string> names{k_plain_profile};
  std::error_code unreadable;  // then none is found
  for (const auto& entry :
       std::filesystem::directory_iterator(share_directory / "profiles", unreadable)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace upkeep::config
