// SPDX-License-Identifier: MIT
// The table `handover`: jobs that replaced lost ones.
#pragma once

#include "db/connection.hpp"
#include "upgrade/model/handover.hpp"

#include <functional>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// Every method may throw db::Error.
class HandoverStore {
 public:
  /// Keeps a reference to the connection. @param schema the control schema
  HandoverStore(db::Connection& connection, const std::string& schema);

  /// When the last job that replaced a lost one is due.
  WallTime replacement_due();
  /// Of several concurrent callers, one gets the right to replace a lost job.
  /// @returns whether it is this one
  bool claim_replacement();
  /// The same for a drain that leaves due runs behind. @returns when the job is to start; nullopt:
  /// another one is already due
  std::optional<WallTime> claim_later();
  /// Resets the interval between replacements, because a run was started.
  void forget_replacements();

 private:
  std::optional<WallTime> claim(const std::function<bool(Handover&, WallTime)>& rule);
  db::Connection& m_connection;
  std::string m_table;
};

}  // namespace upkeep::upgrade
