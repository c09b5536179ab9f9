// SPDX-License-Identifier: MIT
#include "upgrade/probe/spelling.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <utility>

namespace upkeep::upgrade {

std::vector<std::string> as_recorded(Inspector& inspector, const config::Config& config,
                                     std::vector<std::string> names,
                                     const std::function<bool(const std::string&)>& is_known) {
  // Listed workspaces have the names of the list.
  if (config.workspaces.discover != config::Discover::schemas) return names;
  std::vector<std::string> asked;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (is_known(names[i])) continue;
    asked.push_back(names[i]);
    places.push_back(i);
  }
  std::vector<WorkspaceStatus> found;
  try {
    found = inspector.inspect(asked, config.upgrade.target);
  } catch (const Error&) {
    return names;
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const WorkspaceStatus& status = found[i];
    // For a missing schema, the queue may still have its former name.
    const std::string former = lower(status.workspace);
    const bool is_gone = status.ignores_case && does_not_exist(status);
    names[places[i]] = is_gone && is_known(former) ? former : status.workspace;
  }
  return names;
}

}  // namespace upkeep::upgrade
