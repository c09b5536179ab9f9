// SPDX-License-Identifier: MIT
#include "patch/model/keys.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

const std::map<std::string, std::vector<std::string>>& short_field_keys() {
  static const std::map<std::string, std::vector<std::string>> k_keys{
      {"category", {k_category_key}},
      {"product", {"overview_products"}},
      {"client", {"overview_client"}},
      {"priority", {k_priority_key}},
      {"description", {"overview_description"}},
      {"developer", {"peopleInvolved_developedby"}},
      {"qa", {"peopleInvolved_qaedby"}},
      {"lead", {"peopleInvolved_lead"}},
      {"jira", {"jiraInformation_supportJIRA", "jiraInformation_publicJIRA"}},
      {"jar", {"patchInformation_jarsInvolved"}},
  };
  return k_keys;
}

bool is_people_field(const Field& field) {
  return field.key.starts_with("peopleInvolved_") || field.key == "overview_reporter" ||
         field.values_class == "pick-list:people";
}

namespace {

/// The keys that a short key stands for, including those that the type lacks.
std::vector<std::string> stands_for(const config::Patch& config, const std::string& word) {
  const auto own = config.keys.find(word);
  if (own != config.keys.end()) return {own->second};
  const auto common = short_field_keys().find(word);
  return common == short_field_keys().end() ? std::vector<std::string>{} : common->second;
}

}  // namespace

std::vector<std::string> fields_of_key(const ArtifactType& type, const config::Patch& config,
                                       const std::string& word) {
  if (type.find(word) != nullptr) return {word};
  std::vector<std::string> found = stands_for(config, word);
  std::erase_if(found, [&](const auto& one) { return type.find(one) == nullptr; });
  return found;
}

std::pair<std::string, std::string> no_field(const ArtifactType& type, const config::Patch& config,
                                             const std::string& word, const std::string& what,
                                             const std::vector<std::string>& others) {
  const std::string advice = "'pmt-patch fields' lists them, see upkeep-select(7)";
  if (const auto wanted = stands_for(config, word); !wanted.empty()) {
    return {fmt::format("{} '{}' is {}, which the artifact type lacks", what, word,
                        join(wanted, " or ")),
            "'pmt-patch fields' lists its fields"};
  }
  // Many people type only the last part of a key: `wantedOn` for `overview_wantedOn`.
  std::vector<std::string> known = type.keys();
  for (const std::string& key : known) {
    if (lower(key).ends_with("_" + lower(word))) {
      return {fmt::format("no {} '{}'", what, printable(word)),
              fmt::format("did you mean '{}'?", key)};
    }
  }
  known.insert(known.end(), others.begin(), others.end());
  for (const auto& [name, keys] : short_field_keys()) {
    if (!fields_of_key(type, config, name).empty()) known.push_back(name);
  }
  for (const auto& [name, key] : config.keys) {
    if (type.find(key) != nullptr) known.push_back(name);
  }
  return {fmt::format("no {} '{}'", what, printable(word)), did_you_mean(word, known, advice)};
}

const Field& field_called(const ArtifactType& type, const config::Patch& config,
                          const std::string& word) {
  if (const Field* field = type.find(word)) return *field;
  const auto own = config.keys.find(word);
  if (own != config.keys.end()) {
    if (const Field* field = type.find(own->second)) return *field;
  }
  const auto common = short_field_keys().find(word);
  if (common != short_field_keys().end()) {
    if (common->second.size() > 1) {
      throw DataError(fmt::format("'{}' is ambiguous", word),
                      "use " + join(common->second, " or "));
    }
    if (const Field* field = type.find(common->second.front())) return *field;
  }
  const auto [wrong, advice] = no_field(type, config, word, "field", {});
  throw DataError(wrong, advice);
}

}  // namespace upkeep::patch
