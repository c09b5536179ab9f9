// SPDX-License-Identifier: MIT
#include "upgrade/probe/shared_sites.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <iterator>

namespace upkeep::upgrade {

SharedSites SharedSites::read(const WorkspaceMap& map) {
  SharedSites sites;
  for (const std::string& name : map.sites()) {
    sites.m_names.insert(lower(name));
    const Location location = map.locate(name);
    if (!location.server || !location.problem.empty()) continue;
    sites.m_by_schema[lower(location.schema)].push_back({name, location.schema, *location.server});
  }
  return sites;
}

bool SharedSites::has(const std::string& site) const {
  return m_names.contains(lower(site));
}

std::vector<SharedSites::Site> SharedSites::beside(const std::string& site,
                                                   const std::string& schema) const {
  std::vector<Site> others;
  const auto found = m_by_schema.find(lower(schema));
  if (found == m_by_schema.end()) return others;
  std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(others),
               [&](const Site& other) { return other.name != site; });
  return others;
}

}  // namespace upkeep::upgrade
