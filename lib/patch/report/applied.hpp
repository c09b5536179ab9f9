// SPDX-License-Identifier: MIT
// What a customer's server has: the directories that it lists as applied.
#pragma once

#include "patch/report/subjects.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch::report {

/// The state of a server: the patches applied to it, in no particular order.
struct Applied {
  std::vector<std::string> directories;   ///< `patch0001`, names of patches, `servicepack0001`
  std::vector<std::string> service_pack;  ///< contents of the service pack
};

/// The patches of a server by number, each with the step in which it is applied: 0 for those of the
/// service pack, 1 for others.
/// @throws DataError for an entry that is not a patch of the platform
std::map<std::uint32_t, int> applied_steps(const Scope& scope, const Applied& applied,
                                           const std::string& platform);

/// The warning of an applied patch that is not released, or void.
std::string applied_although(const Scope& scope, const Subject& patch);

/// A warning for each applied patch that a report could not consider.
std::vector<std::string> unread_patches(const Scope& scope, const std::string& platform,
                                        const std::set<std::uint32_t>& numbers);

}  // namespace upkeep::patch::report
