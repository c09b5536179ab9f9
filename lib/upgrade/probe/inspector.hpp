// SPDX-License-Identifier: MIT
// Examines workspaces: combines schemas, probes, runs and the marker into a state.
#pragma once

#include "base/boot_time.hpp"
#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/model/state.hpp"
#include "upgrade/probe/listing.hpp"
#include "upgrade/probe/probe.hpp"
#include "upgrade/probe/workspace.hpp"
#include "upgrade/probe/workspace_server.hpp"
#include "upgrade/store/hold_store.hpp"
#include "upgrade/store/run_store.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// Connects to the servers when needed, to several in parallel, and keeps the connections; one that
/// was closed while idle is re-established. Use it from one thread.
class Inspector {
 public:
  /// Keeps references to both arguments; `control` is also used for workspaces on the same server.
  Inspector(const config::Config& config, db::Connection& control);
  ~Inspector();
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  /// The states of `names`, in their order; the names must be valid. Workspaces on an unavailable
  /// server are `unknown`.
  /// @throws db::Error if the control database is unavailable; Error(unavailable) if no server
  /// answers at all
  std::vector<WorkspaceStatus> inspect(const std::vector<std::string>& names,
                                       const std::string& target, bool explain = false);
  WorkspaceStatus inspect(const std::string& name, const std::string& target);
  /// The same after an upgrade, which may have written to another node of a cluster.
  WorkspaceStatus inspect_upgraded(const std::string& name, const std::string& target);
  /// All workspaces, sorted by name. @param down filled with the servers that do not answer
  std::vector<WorkspaceStatus> inspect_all(const std::string& target, bool explain,
                                           std::vector<std::string>& down);

  /// The size of an inspected workspace's schema, data and indexes; nullopt if that cannot be read
  /// at once.
  std::optional<std::int64_t> bytes_of(const WorkspaceStatus& status);

  /// Makes `version` the highest one that holds; otherwise only the target is checked.
  void look_at_every_version() noexcept { m_every_version = true; }
  /// Limits the total time of the query probes of one workspace.
  void limit_queries(std::chrono::milliseconds limit) noexcept { m_query_limit = limit; }
  /// Sets the servers, by index in the configuration, that are known not to answer: they are not
  /// waited for.
  void avoid(std::set<std::size_t> servers) { m_avoided = std::move(servers); }
  /// The servers that did not answer in the last call, including avoided ones.
  [[nodiscard]] std::set<std::size_t> away() const;
  /// Uses a listing that was read by the caller; otherwise it is read when needed.
  void use_listing(std::shared_ptr<const Listing> listing);

  [[nodiscard]] const WorkspaceMap& map() const noexcept { return m_map; }

 private:
  struct Found;
  void connect_all();
  void look_up(Found& found, const std::string& target);
  std::vector<Found> find_all(const std::string& target, std::vector<std::string>& down);
  void adopt_stored_name(Found& found) const;
  void read_schemas(WorkspaceServer& server, const std::string& target);
  std::vector<Found> found_listed(const std::string& target);
  Location locate(const std::string& workspace);
  const Listing& listing();
  [[nodiscard]] bool tells_apart(const std::string& target) const;
  [[nodiscard]] bool reads_one_by_one() const;
  std::vector<Found> found_schemas();
  [[nodiscard]] ProbeScope scope(const std::string& target) const;
  std::string shared_with(const Found& found, const std::string& target);
  bool is_same_server(std::size_t a, std::size_t b);
  WorkspaceStatus conclude(const Found& found, const std::string& target, RunFacts runs,
                           const Marker& marker, bool explain);
  std::vector<WorkspaceStatus> conclude_all(const std::vector<Found>& found, const Names& names,
                                            const std::string& target, bool explain);

  const config::Config& m_config;
  db::Connection& m_control;
  WorkspaceMap m_map;
  RunStore m_runs;
  HoldStore m_holds;
  std::vector<std::unique_ptr<WorkspaceServer>> m_servers;
  std::set<std::size_t> m_avoided;
  std::shared_ptr<const Listing> m_listing;
  bool m_has_given_listing = false;
  BootTime m_listing_until;
  bool m_every_version = false;
  std::chrono::milliseconds m_query_limit{2000};
};

}  // namespace upkeep::upgrade
