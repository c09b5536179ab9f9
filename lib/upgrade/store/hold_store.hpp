// SPDX-License-Identifier: MIT
// Workspaces that a person keeps from being upgraded: no sweep and no login starts their run until
// they are released.
#pragma once

#include "base/time.hpp"
#include "db/connection.hpp"
#include "upgrade/store/run_store.hpp"

#include <map>
#include <optional>
#include <string>

namespace upkeep::upgrade {

struct Hold {
  std::string workspace;
  WallTime since;
  std::string by, reason;
  bool gate_closed = false;  ///< users see the page; else the gate lets them pass

  /// `held since … by ann: two exams this week`, and `(gate closed)` where it is
  [[nodiscard]] std::string text() const;
};

/// The table `hold`. Every method may throw db::Error.
class HoldStore {
 public:
  /// @param schema the control schema. Keeps a reference to the connection.
  HoldStore(db::Connection& connection, const std::string& schema);

  std::optional<Hold> find(const std::string& workspace);
  /// Those of `names` that are held; all that are where it is empty.
  std::map<std::string, Hold> of(const Names& names);
  /// Holds it from now on; where it is held already, who, why and the gate are replaced, and since
  /// when stays. `since` of the parameter means nothing. Words that are too long are cut.
  void hold(const Hold& hold);
  /// @returns whether it was held
  bool release(const std::string& workspace);

 private:
  db::Connection& m_connection;
  std::string m_table;
};

}  // namespace upkeep::upgrade
