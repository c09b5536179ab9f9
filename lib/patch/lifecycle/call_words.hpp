// SPDX-License-Identifier: MIT
// The conditions of a definition in words.
#pragma once

#include "patch/lifecycle/definition.hpp"

#include <string>

namespace upkeep::patch::lifecycle {

/// What a validation requires: `overview_client needs a value`.
/// @param state the one that it belongs to
std::string spelled_validation(const Call& call, const State& state);

}  // namespace upkeep::patch::lifecycle
