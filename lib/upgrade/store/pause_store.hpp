// SPDX-License-Identifier: MIT
// The queue's switch: while it is paused drains start nothing; what is queued stays, and more may
// come. Upgrades by name go on.
#pragma once

#include "base/time.hpp"
#include "db/connection.hpp"

#include <optional>
#include <string>

namespace upkeep::upgrade {

struct Pause {
  WallTime since;
  std::string by;
  std::optional<std::string> reason;

  /// `the queue is paused since … by ann: backups`
  [[nodiscard]] std::string text() const;
};

/// Every method may throw db::Error.
class PauseStore {
 public:
  /// Keeps a reference to the connection.
  PauseStore(db::Connection& connection, const std::string& schema);

  std::optional<Pause> find();
  /// Does nothing where it is paused already: the first word stands. @returns whether it was not
  bool pause(const std::string& who, const std::optional<std::string>& reason);
  /// @returns whether it was paused
  bool resume();

 private:
  db::Connection& m_connection;
  std::string m_table, m_slot;
};

}  // namespace upkeep::upgrade
