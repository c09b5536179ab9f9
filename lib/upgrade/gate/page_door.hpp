// SPDX-License-Identifier: MIT
// Decides for which visitors of the waiting page the tools may be run, before the web server starts
// a program.
#pragma once

#include "config/config.hpp"
#include "upgrade/gate/refreshed.hpp"
#include "upgrade/model/visit_limit.hpp"
#include "upgrade/probe/listing.hpp"
#include "upgrade/probe/workspace.hpp"

#include <set>
#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// The names of all workspaces, refreshed in the background.
class MapNames {
 public:
  /// Keeps references. @param listing used if [workspaces] discover says so
  MapNames(const config::Config& config, Refreshed<Listing>& listing);

  /// Whether the workspace is known not to have existed recently. Does not wait.
  bool is_nowhere(const std::string& name);

 private:
  using Names = std::set<std::string>;  // in lower case, as on some servers
  [[nodiscard]] Names read_schemas() const;

  const config::Config& m_config;
  WorkspaceMap m_map;
  Refreshed<Listing>& m_listing;
  Refreshed<Names> m_schemas;  // last: its thread uses everything above
};

/// Answers without waiting.
class PageDoor {
 public:
  /// Keeps references, as MapNames does.
  PageDoor(const config::Config& config, Refreshed<Listing>& listing)
      : m_map(config), m_names(config, listing) {}

  static constexpr std::string_view k_prefix = "page/";  ///< names cannot start like this
  /// @param question `page/NAME/ADDRESS`
  /// @returns `ask`: the tools may be run for that workspace and the visitor with that address;
  /// `none`: there is no such workspace; `busy`: not now
  std::string_view answer(std::string_view question);

 private:
  WorkspaceMap m_map;
  MapNames m_names;
  VisitLimit m_limit;
  Allowance m_strangers{20, 10};  // for unknown names, shared by all visitors
};

}  // namespace upkeep::upgrade
