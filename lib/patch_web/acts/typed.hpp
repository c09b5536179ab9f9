// SPDX-License-Identifier: MIT
// What people and programs write in forms and bodies, as the acts take it.
#pragma once

#include "patch_web/visit.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch_web::acts {

/// Whether a platform must be given.
enum class Platform { required, optional };

/// @returns the platform; empty if it is optional and not given. @throws FieldFaults
std::string typed_platform(const std::string& text, Platform rule);
/// The patch that a new one is ported from; nullopt: not given. @throws FieldFaults
std::optional<patch::PatchRef> typed_source(Visit& visit, const std::string& text);
/// @param key names the input in the fault. @throws FieldFaults
std::chrono::seconds typed_duration(Visit& visit, const char* key, const std::string& text);
/// The request of an address. @throws Refusal(unknown)
std::uint32_t typed_queue(const std::string& name);
/// The edits that give something new these values.
std::vector<patch::FieldEdit> edits_of_new(const patch::Document& fields);

}  // namespace upkeep::patch_web::acts
