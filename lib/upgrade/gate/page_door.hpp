// SPDX-License-Identifier: MIT
// Who of the visitors of the page may have the tools asked: what the web server wants to know
// before it starts a program for one of them.
#pragma once

#include "config/config.hpp"
#include "upgrade/gate/refreshed.hpp"
#include "upgrade/model/visit_limit.hpp"
#include "upgrade/probe/shared_sites.hpp"
#include "upgrade/probe/workspace.hpp"

#include <set>
#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// The names of all workspaces that may be there, read again and again behind the answers.
class MapNames {
 public:
  /// Keeps references. @param sites where [workspaces] discover says so
  MapNames(const config::Config& config, Refreshed<SharedSites>& sites);

  /// Whether it is known that there was no such workspace a moment ago. Does not wait.
  bool is_nowhere(const std::string& name);

 private:
  using Names = std::set<std::string>;  // in lower case, as some servers have them
  [[nodiscard]] Names read_schemas() const;

  const config::Config& m_config;
  WorkspaceMap m_map;
  Refreshed<SharedSites>& m_sites;
  Refreshed<Names> m_schemas;  // last: its thread uses everything above
};

/// Answers without waiting for anything.
class PageDoor {
 public:
  /// Keeps references, as MapNames does.
  PageDoor(const config::Config& config, Refreshed<SharedSites>& sites)
      : m_map(config), m_names(config, sites) {}

  static constexpr std::string_view k_prefix = "page/";  ///< no name can begin so
  /// @param question `page/NAME/ADDRESS`
  /// @returns `ask`: the tools may be asked about that workspace for the visitor with that address;
  ///   `none`: there is no such workspace; `busy`: not now
  std::string_view answer(std::string_view question);

 private:
  WorkspaceMap m_map;
  MapNames m_names;
  VisitLimit m_limit;
  Allowance m_strangers{20, 10};  // names that were not there a moment ago, of all visitors
};

}  // namespace upkeep::upgrade
