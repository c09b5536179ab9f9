// SPDX-License-Identifier: MIT
// The table `host_target`: the version that each host is configured for, and since when. If a new
// release is configured host by host, queued runs follow the newest configuration.
#pragma once

#include "db/connection.hpp"

#include <set>
#include <string>

namespace upkeep::upgrade {

/// Every method may throw db::Error.
class HostTargets {
 public:
  /// Keeps a reference to the connection. @param schema the control schema
  HostTargets(db::Connection& connection, const std::string& schema);

  /// Records that this host is configured for `target`; its `since` changes only with the target.
  void note(const std::string& host, const std::string& target);
  /// The targets that other hosts were configured for later than this one, if they were active
  /// within the last two days. @param host empty: unknown, and so older than all
  std::set<std::string> newer_than(const std::string& host);
  /// The target of the host; empty: unknown.
  std::string of(const std::string& host);

 private:
  db::Connection& m_connection;
  std::string m_table;
};

}  // namespace upkeep::upgrade
