// SPDX-License-Identifier: MIT
#include "patch/lifecycle/event_json.hpp"

#include "patch/registry/records.hpp"

namespace upkeep::patch::lifecycle {

ValueObject event_object(const Event& event, const Change& change, const Patch& patch,
                         const ArtifactType& type, const NameRule& names) {
  return {{"event", event.id},
          {"at", event.at},
          {"patch", name_of(patch, names)},
          {"actor", event.actor},
          {"action", event.action},
          {"key", null_if_empty(change.key)},
          {"from", change.from},
          {"to", change.to},
          {"time_s", event.time},
          {"comment", null_if_empty(event.comment)},
          {"inputs", json_value(event.inputs)},
          {"worked_on", event.worked_on},
          {"revokes", event.revokes},
          {"fields", fields_object(patch, type)}};
}

}  // namespace upkeep::patch::lifecycle
