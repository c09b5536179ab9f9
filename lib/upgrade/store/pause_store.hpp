// SPDX-License-Identifier: MIT
// The table `pause`.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/pause.hpp"

#include <optional>
#include <string>

namespace upkeep::upgrade {

/// Every method may throw db::Error.
class PauseStore {
 public:
  /// Keeps a reference to the connection.
  PauseStore(db::Connection& connection, const std::string& schema);

  std::optional<Pause> find();
  /// Does nothing if it is already paused: the first reason is kept. @returns whether it was not
  /// paused
  bool pause(const std::string& who, const std::optional<std::string>& reason);
  /// @returns whether it was paused
  bool resume();

 private:
  db::Connection& m_connection;
  std::string m_table, m_schema;
};

}  // namespace upkeep::upgrade
