// SPDX-License-Identifier: MIT
// One workspace server during an inspection.
#pragma once

#include "base/boot_time.hpp"
#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/model/schema_facts.hpp"
#include "upgrade/probe/probe.hpp"
#include "upgrade/probe/sight.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// A workspace server; `problem` is the reason if there is no connection.
struct WorkspaceServer {
  const config::Server* settings = nullptr;
  std::optional<db::Connection> own;
  db::Connection* connection = nullptr;
  std::optional<Sight> sight;
  std::optional<QueryLine> queries;
  bool is_new = false;  // connected in this inspection: it cannot have been closed while idle
  std::string problem;
  ExitStatus status = ExitStatus::unavailable;  // for the problem, if no server answers
  std::map<std::string, SchemaFacts> schemas;   // of the last read_all
  std::optional<std::string> identity;
  BootTime retry_at;

  /// Uses an existing connection: the control database's.
  void use(db::Connection& with);
  /// Connects. A server that does not answer is not tried again for four times as long as the
  /// attempt took, so that a thousand of its workspaces do not cost a thousand timeouts.
  void connect();
  void drop(const std::string& why);
  /// Makes a node of a cluster apply what the others have committed; nothing elsewhere.
  /// @throws db::Error as read_through(), and if the node is too far behind
  void catch_up();
  /// `server north does not answer: …`
  [[nodiscard]] std::string away() const;

  /// Calls `read` with the connection; again on a new one if the connection had been lost while
  /// idle. @returns whether that worked; otherwise away() says why not. @throws db::Error for
  /// anything but a loss of our own connection
  template <typename Read>
  bool read_through(Read read) {
    while (connection != nullptr) {
      try {
        read(*connection, *sight);
        return true;
      } catch (const db::Error& error) {
        if (!error.connection_lost() || !own) throw;
        const bool was_new = is_new;
        drop(error.what());
        if (!was_new) connect();
      }
    }
    return false;
  }
};

}  // namespace upkeep::upgrade
