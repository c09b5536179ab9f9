// SPDX-License-Identifier: MIT
// ws-upgrade --drain: works the queue off until nothing is due or a rule says stop.
#pragma once

#include "base/interrupts.hpp"
#include "config/config.hpp"
#include "upgrade/model/stop_rules.hpp"
#include "upgrade/queue/backends/backend.hpp"

#include <functional>
#include <string>

namespace upkeep::upgrade {

/// Drains under the host's drain locks: returns at once (ok) where `slots` others drain already,
/// unless one of them has rules of its own: then one drain without any waits until they end. No
/// run is forgotten between "the queue is empty" and "the lock is free": the queue is looked at
/// again after that. @param warn for what is worth reporting to a person. @param make_backend for
/// what is due and left behind, as its server is away. @returns the worst of the
/// reports, or 128+n after a signal. @throws Error
ExitStatus drain_queue(const config::Config& config, const UpgradeOptions& options,
                       Interrupts& interrupts, const ReportSink& sink,
                       const std::function<void(const std::string&)>& warn,
                       const MakeBackend& make_backend);

}  // namespace upkeep::upgrade
