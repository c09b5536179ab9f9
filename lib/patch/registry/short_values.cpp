// SPDX-License-Identifier: MIT
#include "patch/registry/short_values.hpp"

#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "patch/model/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

std::vector<std::string> fields_of(const ShortValue& one, const ArtifactType& type,
                                   const config::Patch& config) {
  if (one.key == "platform") {  // in selectors, not a field
    if (type.find(k_platform_key) != nullptr) return {k_platform_key};
    throw UsageError(
        fmt::format("{}: the artifact type lacks the field {}", one.option, k_platform_key),
        "'pmt-patch fields' lists its fields");
  }
  auto keys = fields_of_key(type, config, one.key);
  if (!keys.empty()) return keys;
  const auto [wrong, advice] = no_field(type, config, one.key, "field", {});
  throw UsageError(fmt::format("{}: {}", one.option, wrong), advice);
}

}  // namespace

const Field& jira_field(const ArtifactType& type, const std::vector<std::string>& keys,
                        const std::string& value) {
  const std::string typed(trim(value));
  const auto fits = [&](const std::string& key) {
    const Field& field = *type.find(key);
    return !field.validate.empty() && Regex(field.validate).matches(typed);
  };
  const auto found = std::find_if(keys.begin(), keys.end(), fits);
  return *type.find(found == keys.end() ? keys.front() : *found);
}

std::vector<FieldEdit> edits_of(const std::vector<ShortValue>& values, const ArtifactType& type,
                                const config::Patch& config) {
  std::vector<FieldEdit> edits;
  edits.reserve(values.size());
  for (const ShortValue& one : values) {
    const auto keys = fields_of(one, type, config);
    // Only `jira` stands for several fields.
    edits.push_back({FieldEdit::Kind::set, jira_field(type, keys, one.value).key, one.value});
  }
  return edits;
}

}  // namespace upkeep::patch
