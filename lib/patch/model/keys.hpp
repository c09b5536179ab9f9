// SPDX-License-Identifier: MIT
// The names of fields: the registry's keys, short keys, and those of [patch.keys].
#pragma once

#include "config/config.hpp"
#include "patch/model/artifact_type.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch {

// Fields that the registry itself keeps consistent with a patch's columns, if the type has them.
inline constexpr const char* k_name_key = "overview_name";
inline constexpr const char* k_platform_key = "overview_carbonPlatform";
inline constexpr const char* k_category_key = "overview_category";
inline constexpr const char* k_priority_key = "overview_priority";
inline constexpr const char* k_released_key = "dates_releasedOn";

/// In a move's event: the time of release, if the patch had been released before.
inline constexpr const char* k_released_change = "released_at";

/// Short key -> the field keys it stands for (`jira` stands for two).
const std::map<std::string, std::vector<std::string>>& short_field_keys();

/// Whether a field holds names of people: `peopleInvolved_*`, the reporter, or a field whose
/// choices are the pick list `people`.
bool is_people_field(const Field& field);

/// The fields that `word` denotes in a selector: a key, one of [patch.keys], a short key; only
/// those that the type has. Empty: none.
std::vector<std::string> fields_of_key(const ArtifactType& type, const config::Patch& config,
                                       const std::string& word);

/// Describes a word for which fields_of_key() finds no field: a key of [patch.keys] or a short key
/// may stand for a field that the type lacks, or there is no such key.
/// @param what `key` or `field`. @returns (problem, advice)
std::pair<std::string, std::string> no_field(const ArtifactType& type, const config::Patch& config,
                                             const std::string& word, const std::string& what,
                                             const std::vector<std::string>& others);

/// The field that `word` denotes in --set and similar options: a key, a short key, one of
/// [patch.keys]. @throws DataError suggesting the nearest key
const Field& field_called(const ArtifactType& type, const config::Patch& config,
                          const std::string& word);

}  // namespace upkeep::patch
