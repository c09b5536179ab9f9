// SPDX-License-Identifier: MIT
// What acts have in common: their event, and the reasons against them.
#pragma once

#include "patch/lifecycle/engine.hpp"
#include "patch_web/visit.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace upkeep::patch_web::acts {

/// The last event of the person on the patch; nullopt if there is none.
std::optional<std::uint64_t> last_event_of(Visit& visit, const patch::Patch& patch);

/// `{event, reason, detail, keys, item, roles}`, one each: for Refusal::reasons.
std::vector<Value> reason_values(const std::vector<patch::lifecycle::Blocker>& reasons);

}  // namespace upkeep::patch_web::acts
