// SPDX-License-Identifier: MIT
// A lifecycle as text: what its states require, and who may do what.
#pragma once

#include "patch/lifecycle/definition.hpp"
#include "patch_web/visit.hpp"
#include "record/markup.hpp"

#include <cstdint>
#include <string>

namespace upkeep::patch_web {

/// Where a state is on the page of its lifecycle.
std::string state_anchor(const patch::lifecycle::Definition& definition, const std::string& state);

/// The list of the patches in a state of a lifecycle.
std::string state_list_address(const Visit& visit, const std::string& lifecycle,
                               const std::string& state);

/// A state with its events, checklist and time limits.
/// @param patches how many are in it
void state_part(Markup& out, Visit& visit, const patch::lifecycle::Definition& definition,
                const patch::lifecycle::State& state, std::int64_t patches);

/// The roles that a definition names, and who has them here.
void roles_part(Markup& out, Visit& visit, const patch::lifecycle::Definition& definition);

}  // namespace upkeep::patch_web
