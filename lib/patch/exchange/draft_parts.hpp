// SPDX-License-Identifier: MIT
// Reads and checks the parts of a patch that an export writes as JSON.
#pragma once

#include "patch/model/patch.hpp"
#include "patch/store/jar_store.hpp"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace upkeep::patch {

/// @throws DataError, `key: why`
[[noreturn]] void refuse_part(const std::string& key, const char* why);

/// A string, a number or a Boolean as text. @throws DataError naming `key`
std::string plain_text(const nlohmann::ordered_json& json, const std::string& key);
/// The same for a member; empty if there is none.
std::string maybe_text(const nlohmann::ordered_json& object, const char* key);

/// @throws DataError
Link link_from(const nlohmann::ordered_json& json, const NameRule& names);
/// @param earlier how many events precede it in its history
/// @throws DataError
Event event_from(const nlohmann::ordered_json& json, std::size_t earlier);
/// @throws DataError
std::vector<Jar> jars_from(const nlohmann::ordered_json& json);

}  // namespace upkeep::patch
