// SPDX-License-Identifier: MIT
#pragma once

#include "base/interrupts.hpp"
#include "base/worker.hpp"
#include "config/config.hpp"
#include "ws/event_log.hpp"
#include "ws/host_state.hpp"
#include "ws/lock_session.hpp"

namespace upkeep::ws {

/// What every run of one process shares. All outlive the supervisor.
struct Workshop {
  const config::Config& config;
  const HostState& host;
  const EventLog& events;
  Interrupts& interrupts;
  Worker& worker;
  LockSession& lock;
};

}  // namespace upkeep::ws
