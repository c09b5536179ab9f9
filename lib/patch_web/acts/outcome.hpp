// SPDX-License-Identifier: MIT
// What acts have in common: the reasons against them, and what follows them.
#pragma once

#include "db/transaction.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/registry/conflict.hpp"
#include "patch_web/visit.hpp"
#include "web/refusal.hpp"

#include <vector>

namespace upkeep::patch_web::acts {

/// `{event, reason, detail, keys, item, roles}`, one each: for Refusal::reasons. The visit notes
/// the reasons.
std::vector<Value> reason_values(Visit& visit,
                                 const std::vector<patch::lifecycle::Blocker>& reasons);

/// The answer to an act on something that another person has changed or moved since: who did, when,
/// and both values of every field.
web::Refusal conflict_refusal(Visit& visit, const patch::Conflict& conflict);

/// The answer to an act of which it is unknown whether it was done.
web::Refusal unsure_refusal(const db::CommitLost& lost);

/// Brings the search index up to date if enough has changed. Never fails.
void index_changes(Visit& visit);

}  // namespace upkeep::patch_web::acts
