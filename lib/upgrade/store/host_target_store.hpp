// SPDX-License-Identifier: MIT
// The table `host_target`: which version each host is configured for, and since when. Where a new
// release is configured host by host, the newest configuration is what queued runs follow.
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

  /// This host is configured for `target`: from now on, where it was for another one.
  void note(const std::string& host, const std::string& target);
  /// What other hosts have been configured for since this one was, as far as they were at work in
  /// the last two days. @param host empty: not known, and so older than all
  std::set<std::string> newer_than(const std::string& host);
  /// What the host is configured for; empty: not known.
  std::string of(const std::string& host);

 private:
  db::Connection& m_connection;
  std::string m_table;
};

}  // namespace upkeep::upgrade
