// SPDX-License-Identifier: MIT
// The names by which people call fields: the registry's keys, short ones, and those of
// [patch.keys].
#pragma once

#include "config/config.hpp"
#include "pmt/artifact_type.hpp"

#include <map>
#include <string>
#include <vector>

namespace upkeep::pmt {

// Fields that the registry itself keeps in step with a patch's columns, where the type has them.
inline constexpr const char* k_name_key = "overview_name";
inline constexpr const char* k_platform_key = "overview_carbonPlatform";
inline constexpr const char* k_category_key = "overview_category";
inline constexpr const char* k_priority_key = "overview_priority";
inline constexpr const char* k_released_key = "dates_releasedOn";

/// Short key -> the field keys it stands for (`jira` stands for two).
const std::map<std::string, std::vector<std::string>>& short_field_keys();

/// The field that `word` means in --set and the like: a key, a short key, one of [patch.keys].
/// @throws DataError with the nearest key
const Field& field_called(const ArtifactType& type, const config::Patch& config,
                          const std::string& word);

}  // namespace upkeep::pmt
