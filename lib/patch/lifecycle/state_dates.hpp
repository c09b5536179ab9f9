// SPDX-License-Identifier: MIT
// The dates that states set ([patch.dates]). Pure.
#pragma once

#include "config/config.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/model/patch.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// The dates that entering `state` sets: empty fields that the type has.
/// @param now as SQL writes it. @throws ConfigError if such a field does not accept a date
std::vector<Change> dates_on_entering(const config::Patch& config, const ArtifactType& type,
                                      const std::string& state, const Document& fields,
                                      const std::string& now);

/// Takes back the dates that a move set, as far as they are unchanged.
std::vector<Change> dates_taken_back(const Event& move, const Document& fields);

/// Gives the fields the values that the changes lead to.
void apply_changes(const std::vector<Change>& changes, Document& fields);

/// `; dates_qaStartedOn is set to 2014-03-01`, for a report; empty for no changes.
std::string spelled_dates(const std::vector<Change>& dates);

}  // namespace upkeep::patch::lifecycle
