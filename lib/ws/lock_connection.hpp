// SPDX-License-Identifier: MIT
// Inside of LockSession.
#pragma once

#include "ws/hold.hpp"
#include "ws/inspector.hpp"
#include "ws/lock_session.hpp"
#include "ws/settler.hpp"

namespace upkeep::ws {

/// One connection and what stands on it; made again after each cut.
struct LockSession::Session {
  Session(const config::Config& config, const HostState& host, const EventLog& events);
  db::Connection connection;
  RunStore runs;
  LeaseStore leases;
  Inspector inspector;
  Settler settler;
  HoldStore holds;
};

}  // namespace upkeep::ws
