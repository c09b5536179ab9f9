// SPDX-License-Identifier: MIT
// One server of workspaces, as it is looked at.
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

/// One workspaces' server; `problem` says why there is no connection.
struct WorkspaceServer {
  const config::Server* settings = nullptr;
  std::optional<db::Connection> own;
  db::Connection* connection = nullptr;
  std::optional<Sight> sight;
  std::optional<QueryLine> queries;
  bool is_new = false;  // connected at this look: nothing has cut it while it was idle
  std::string problem;
  ExitStatus status = ExitStatus::unavailable;  // what the problem means where no server answers
  std::map<std::string, SchemaFacts> schemas;   // of the last read_all
  std::optional<std::string> identity;
  BootTime retry_at;

  /// One that is there already: the control database's.
  void use(db::Connection& with);
  /// One that does not answer is left alone for longer than finding that out took: a thousand of
  /// its workspaces do not cost a thousand time-outs.
  void connect();
  void drop(const std::string& why);
  /// `server north does not answer: …`
  [[nodiscard]] std::string away() const;

  /// What `read` makes of a connection; once more where the one there was had been cut.
  /// @returns whether it did; else away() says why not. @throws db::Error for anything but a lost
  /// connection of our own
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
