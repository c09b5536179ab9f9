// SPDX-License-Identifier: MIT
#include "pmt/keys.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep::pmt {

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

namespace {

/// Many type a field's own name alone: `wantedOn` for `overview_wantedOn`.
std::string nearest_field(const ArtifactType& type, const std::string& word) {
  for (const std::string& key : type.keys()) {
    if (lower(key).ends_with("_" + lower(word))) return fmt::format("did you mean '{}'?", key);
  }
  return did_you_mean(word, type.keys(), "'pmt-patch fields' lists them");
}

}  // namespace

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
      throw DataError(fmt::format("'{}' is more than one field", word),
                      "say which: " + join(common->second, " or "));
    }
    if (const Field* field = type.find(common->second.front())) return *field;
  }
  throw DataError(fmt::format("no field '{}'", printable(word)), nearest_field(type, word));
}

}  // namespace upkeep::pmt
