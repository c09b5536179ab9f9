// SPDX-License-Identifier: MIT
#pragma once

#include "patch/model/artifact_type.hpp"
#include "patch/model/patch.hpp"

#include <string>

namespace upkeep::patch::lifecycle {

/// An event as hooks and executors get it: `{event, at, patch, actor, action, key, from, to,
/// time_s, comment, inputs, worked_on, revokes, fields}`, one change of it; `event` is 0 while it
/// has not happened yet.
ValueObject event_object(const Event& event, const Change& change, const Patch& patch,
                         const ArtifactType& type, const NameRule& names);

}  // namespace upkeep::patch::lifecycle
