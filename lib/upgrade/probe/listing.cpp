// SPDX-License-Identifier: MIT
#include "upgrade/probe/listing.hpp"

#include "base/text.hpp"
#include "upgrade/model/state.hpp"

#include <algorithm>
#include <iterator>

namespace upkeep::upgrade {

Listing Listing::read(const WorkspaceMap& map) {
  Listing listing;
  for (const Listed& one : map.listed()) {
    listing.m_names.insert(lower(one.workspace));
    listing.m_locations[one.workspace] = one.location;
    if (!one.location.server || !one.location.problem.empty()) continue;
    listing.m_by_schema[lower(one.location.schema)].push_back(
        {one.workspace, one.location.schema, *one.location.server});
  }
  return listing;
}

bool Listing::has(const std::string& workspace) const {
  return m_names.contains(lower(workspace));
}

Location Listing::locate(const std::string& workspace) const {
  const auto found = m_locations.find(workspace);
  return found == m_locations.end() ? Location{{}, {}, k_no_such_workspace} : found->second;
}

std::vector<Listing::Neighbour> Listing::beside(const std::string& workspace,
                                                const std::string& schema) const {
  std::vector<Neighbour> others;
  const auto found = m_by_schema.find(lower(schema));
  if (found == m_by_schema.end()) return others;
  std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(others),
               [&](const Neighbour& other) { return other.name != workspace; });
  return others;
}

}  // namespace upkeep::upgrade
