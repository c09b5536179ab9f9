// SPDX-License-Identifier: MIT
// The same act on several patches: edits of all or of none, moves of each by itself. Both can be
// tried before.
#pragma once

#include "patch/registry/field_editor.hpp"
#include "patch_web/acts/acts.hpp"
#include "record/value.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_web::acts {

/// What became of one patch, or would become of it.
struct BulkLine {
  std::string patch;
  bool done = false;  ///< also if there was nothing to do
  Outcome event{};
  std::string effect{};          ///< in words; empty: none
  std::vector<Value> reasons{};  ///< against it: as Refusal::reasons
  bool untried = false;          ///< the time of a request was over
};

/// The patches that a bulk names, each with the stay that the person saw.
/// @param stays in the same order; none: whatever they are
/// @throws Refusal(request) for none or more than 200, a name that is there twice, and another
/// number of stays; Refusal(unknown)
std::vector<Target> bulk_targets(Visit& visit, const std::vector<std::string>& names,
                                 const std::vector<std::string>& stays);

/// Tries an edit of each patch by itself. Nothing is written.
std::vector<BulkLine> try_edits(Visit& visit, const std::vector<Target>& targets,
                                const patch::FieldsRequest& wanted, const std::string& why);
/// Edits all, or none. @throws Conflict, also for a stay that has ended; as edit()
std::vector<BulkLine> edit_all(Visit& visit, const std::vector<Target>& targets,
                               const patch::FieldsRequest& wanted, const std::string& why);

/// Tries a move of each patch. Nothing is written, and no executor runs.
std::vector<BulkLine> try_moves(Visit& visit, const std::vector<Target>& targets,
                                const patch::lifecycle::MoveRequest& request);
/// Moves each patch that can be moved, as a part of the request. When the time of a request is
/// over, the others are left: sent again, the same request goes on with them.
std::vector<BulkLine> move_each(Visit& visit, const std::vector<Target>& targets,
                                const patch::lifecycle::MoveRequest& request);

/// `{patch, done, event, reasons, effect}`
Value bulk_value(const BulkLine& line);

}  // namespace upkeep::patch_web::acts
