// SPDX-License-Identifier: MIT
// Acts after which a person may no longer see what they were done to: see [patch.see].
#pragma once

#include "patch_web/visit.hpp"
#include "record/markup.hpp"

#include <string>

namespace upkeep::patch_web {

/// Whether a patch or request that the person has just acted on is hidden from them now.
bool is_hidden_now(Visit& visit, const std::string& name);

/// What the person has just done to a patch that is hidden from them, with its name, and who may
/// see it. Nothing without `did=EVENT`, if it is not their act, and if anybody else has acted
/// since.
void hidden_did_part(Markup& out, Visit& visit);

}  // namespace upkeep::patch_web
