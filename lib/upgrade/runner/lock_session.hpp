// SPDX-License-Identifier: MIT
// The connection on which slots are waited for and held, and what works through it; made again
// after each cut.
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

struct LockSession {
  /// A wait in GET_LOCK is this long at most; the socket's keepalive notices a vanished server
  /// sooner.
  static constexpr std::chrono::seconds k_longest_wait{600};

  /// Connects. Keeps references. @throws db::Error
  LockSession(const config::Config& config, const HostState& host, const EventLog& events);

  /// The named locks: of whoever is next, and of a slot's holder.
  [[nodiscard]] std::string turn_lock() const;
  [[nodiscard]] std::string slot_lock(int slot) const;

  db::Connection connection;
  RunStore runs;
  SlotStore leases;
  Inspector inspector;
  Recovery recovery;
  HoldStore holds;
  std::string prefix;  ///< of the locks' names: the installation's
};

}  // namespace upkeep::upgrade
