// SPDX-License-Identifier: MIT
// An upgrade outside upkeep, as indicated by the application's marker file.
#pragma once

#include "upgrade/model/run_facts.hpp"

#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// Names no workspace, one workspace, or all.
struct Marker {
  bool present = false;   ///< an upgrade is indicated
  std::string workspace;  ///< empty while present: all workspaces
  /// @param ignores_case whether the server that stores the workspaces' names does
  [[nodiscard]] bool names(const std::string& name, bool ignores_case) const;
};

/// Interprets the file: a content that is not a name indicates nothing, and neither does an empty
/// file, unless it is so new that its writer may not have filled it yet: then it may name any
/// workspace.
Marker marker_from(std::string_view content, bool is_new);

/// Whether a marker that names this workspace is left over from our own failed run.
bool is_leftover(const Marker& marker, const std::string& workspace, const RunFacts& runs);

}  // namespace upkeep::upgrade
