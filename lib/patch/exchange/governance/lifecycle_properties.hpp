// SPDX-License-Identifier: MIT
// The lifecycles of a resource, as a governance registry keeps them in its properties.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch {

/// Where a resource stands in one lifecycle.
struct RegistryLifecycle {
  std::string name;   ///< as attached; in registries before 5.0 the properties do not name it
  std::string state;  ///< as the registry shows it
  std::string since;  ///< as the registry writes it; empty: unknown
  bool has_items = false, has_votes = false;              ///< whether the properties list them
  std::set<std::string> ticks;                            ///< names of the ticked items
  std::map<std::string, std::vector<std::string>> votes;  ///< by event: the users
};

struct LifecycleProperties {
  std::optional<RegistryLifecycle> lifecycle;
  std::vector<RegistryLifecycle> others;  ///< a patch has one lifecycle here
  /// What is left, without properties that only repeat a lifecycle's definition.
  std::vector<std::pair<std::string, std::string>> unread;
};

/// @param properties (name, value); a name may repeat
LifecycleProperties read_lifecycles(
    const std::vector<std::pair<std::string, std::string>>& properties);

}  // namespace upkeep::patch
