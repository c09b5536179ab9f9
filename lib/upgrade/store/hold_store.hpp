// SPDX-License-Identifier: MIT
// The table `hold`.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/hold.hpp"
#include "upgrade/model/run.hpp"

#include <map>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// Every method may throw db::Error.
class HoldStore {
 public:
  /// @param schema the control schema. Keeps a reference to the connection.
  HoldStore(db::Connection& connection, const std::string& schema);

  std::optional<Hold> find(const std::string& workspace);
  /// The holds of `names`; all holds if it is empty.
  std::map<std::string, Hold> of(const Names& names);
  /// Holds it from now on; if it is already held, who, why and the gate are replaced, but the start
  /// is kept. `since` of the parameter is ignored. Long texts are truncated.
  void hold(const Hold& hold);
  /// @returns whether it was held
  bool release(const std::string& workspace);

 private:
  db::Connection& m_connection;
  std::string m_table;
};

}  // namespace upkeep::upgrade
