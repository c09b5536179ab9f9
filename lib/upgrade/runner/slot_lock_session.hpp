// SPDX-License-Identifier: MIT
// Inside of SlotLock.
#pragma once

#include "upgrade/probe/inspector.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/runner/slot_lock.hpp"
#include "upgrade/store/hold_store.hpp"

namespace upkeep::upgrade {

/// One connection and what stands on it; made again after each cut.
struct SlotLock::Session {
  Session(const config::Config& config, const HostState& host, const EventLog& events);
  db::Connection connection;
  RunStore runs;
  SlotStore leases;
  Inspector inspector;
  Recovery recovery;
  HoldStore holds;
};

}  // namespace upkeep::upgrade
