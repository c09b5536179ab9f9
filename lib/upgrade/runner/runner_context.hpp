// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"
#include "base/interrupts.hpp"
#include "base/worker.hpp"
#include "config/config.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/runner/slot_lock.hpp"

namespace upkeep::upgrade {

/// Shared by the parts that perform a run. Everything in it must outlive the supervisor.
struct RunnerContext {
  const config::Config& config;
  const HostState& host;
  const EventLog& events;
  Interrupts& interrupts;
  Worker& worker;
  SlotLock& lock;
  const Fd& run_lock;  ///< of the current run
};

}  // namespace upkeep::upgrade
