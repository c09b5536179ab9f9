// SPDX-License-Identifier: MIT
// An upgrade outside of upkeep, as the application's marker file shows it.
#pragma once

#include "upgrade/model/run_facts.hpp"

#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// It names nobody, one workspace, or everyone.
struct Marker {
  bool present = false;   ///< it says that an upgrade runs
  std::string workspace;  ///< empty while present: everyone
  /// @param ignores_case as the server that stores the workspaces' names does
  [[nodiscard]] bool names(const std::string& name, bool ignores_case) const;
};

/// What the file says: nothing where its content is not a name. An empty file says nothing either,
/// unless it is so new that its writer may still be about to fill it: then it may name anyone.
Marker marker_from(std::string_view content, bool is_new);

/// Whether a marker that names this workspace is left over from our own failed run of it.
bool is_leftover(const Marker& marker, const std::string& workspace, const RunFacts& runs);

}  // namespace upkeep::upgrade
