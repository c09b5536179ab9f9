// SPDX-License-Identifier: MIT
// What the registry offers for the completion of a command line.
#pragma once

#include "cli/completion.hpp"
#include "patch_cli/session.hpp"

#include <vector>

namespace upkeep::patch_cli {

/// Candidates for a value, by its type in --help: patches, requests, states, events, items,
/// lifecycles, pick lists, values of fields, selector terms. Not all patches: the newest ones.
/// @throws Error
std::vector<cli::Candidate> registry_candidates(Session& session, const cli::WantedValue& wanted);

}  // namespace upkeep::patch_cli
