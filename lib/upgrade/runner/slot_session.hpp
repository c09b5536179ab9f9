// SPDX-License-Identifier: MIT
// The connection on which slots are waited for and held, with the stores that use it; replaced when
// it is lost.
#pragma once

#include "db/connection.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/store/hold_store.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/slot_store.hpp"

#include <chrono>
#include <string>

namespace upkeep::upgrade {

struct SlotSession {
  /// The longest wait in GET_LOCK; the socket's keepalive detects a vanished server sooner.
  static constexpr std::chrono::seconds k_longest_wait{600};

  /// Connects. Keeps references to all arguments. @throws db::Error
  SlotSession(const config::Config& config, const HostState& host, const EventLog& events);

  /// The names of the locks held by the process whose turn is next, and by a slot's holder.
  [[nodiscard]] std::string turn_lock() const;
  [[nodiscard]] std::string slot_lock(int slot) const;
  /// That of the process which is next on a full server.
  [[nodiscard]] std::string server_lock(const std::string& endpoint) const;

  db::Connection connection;
  RunStore runs;
  SlotStore leases;
  Inspector inspector;
  Recovery recovery;
  HoldStore holds;
  std::string prefix;  ///< of the lock names, unique to the installation
};

}  // namespace upkeep::upgrade
