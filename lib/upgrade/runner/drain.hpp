// SPDX-License-Identifier: MIT
// ws-upgrade --drain: processes the queue until nothing is due or a rule stops it.
#pragma once

#include "base/interrupts.hpp"
#include "config/config.hpp"
#include "upgrade/model/stop_rules.hpp"
#include "upgrade/queue/backends/backend.hpp"

#include <functional>
#include <string>

namespace upkeep::upgrade {

/// Drains under the host's drain locks: returns at once (ok) if `slots` others are draining
/// already, unless one of them has rules: then one drain without rules waits until they end. No run
/// is missed between "the queue is empty" and "the lock is free": the queue is checked again after
/// that. @param warn reports a warning to the user. @param make_backend for due runs that are left
/// because their server is unavailable. @returns the worst status of the reports, or 128+n after a
/// signal. @throws Error
ExitStatus drain_queue(const config::Config& config, const UpgradeOptions& options,
                       Interrupts& interrupts, const ReportSink& sink,
                       const std::function<void(const std::string&)>& warn,
                       const MakeBackend& make_backend);

}  // namespace upkeep::upgrade
