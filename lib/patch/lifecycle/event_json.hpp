// SPDX-License-Identifier: MIT
#pragma once

#include "patch/model/artifact_type.hpp"
#include "patch/model/patch.hpp"

#include <string>

namespace upkeep::patch::lifecycle {

/// One change of an event as passed to hooks and executors: `{event, at, patch, actor, action, key,
/// from, to, time_s, comment, inputs, worked_on, revokes, fields}`; `event` is 0 before it has
/// happened.
ValueObject event_object(const Event& event, const Change& change, const Patch& patch,
                         const ArtifactType& type, const NameRule& names);

}  // namespace upkeep::patch::lifecycle
