// SPDX-License-Identifier: MIT
// What a move would do, in words.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/position.hpp"
#include "patch/model/artifact_type.hpp"

#include <string>

namespace upkeep::patch::lifecycle {

/// `Promote would move it from 'Testing' to 'Released'; dates_releasedOn is set to 2014-03-01`.
/// @param now as SQL or ISO 8601 writes it. @throws Error(partial) for an unknown event
std::string spelled_move(const Position& position, const std::string& event,
                         const config::Patch& config, const ArtifactType& type,
                         const std::string& now);

}  // namespace upkeep::patch::lifecycle
