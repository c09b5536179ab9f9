// SPDX-License-Identifier: MIT
// Values given under a short name instead of a field's key: `--client Acme`.
#pragma once

#include "config/config.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/registry/field_rules.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

struct ShortValue {
  std::string option;  ///< what the user typed, for messages: `--client`
  std::string key;     ///< one of short_field_keys(), or `platform`
  std::string value;
};

/// The field that a JIRA key belongs to: the first one whose pattern it matches, otherwise the
/// first one. @pre `keys` are fields of the type, and not empty
const Field& jira_field(const ArtifactType& type, const std::vector<std::string>& keys,
                        const std::string& value);

/// The edits that the values stand for, in their order. @throws UsageError if the artifact type
/// lacks such a field
std::vector<FieldEdit> edits_of(const std::vector<ShortValue>& values, const ArtifactType& type,
                                const config::Patch& config);

}  // namespace upkeep::patch
