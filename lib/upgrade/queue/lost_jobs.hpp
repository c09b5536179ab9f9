// SPDX-License-Identifier: MIT
// Lost jobs: the database was unavailable when they started, at(1) lost them, or they were killed.
// Then nothing starts the due runs, until another process notices and requests a new job.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/queue/backends/backend.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/run_store.hpp"

#include <string>

namespace upkeep::upgrade {

/// Whether a process on any host is running upgrades or waiting for a slot. @throws db::Error
bool anybody_works(db::Connection& control, RunStore& runs, const std::string& schema);

/// Replaces the lost job of due runs: at most once per half minute, with a growing interval if that
/// does not help. Errors are ignored; the next call tries again.
/// @param make_backend may be empty: then nothing is done
/// @returns whether a job was created
bool replace_lost_job(const config::Config& config, db::Connection& control, const EventLog& events,
                      const MakeBackend& make_backend);

/// Requests a later job for due runs that a drain has left because their server was unavailable.
void hand_over_later(const config::Config& config, db::Connection& control, const EventLog& events,
                     const MakeBackend& make_backend, const Run& first);

}  // namespace upkeep::upgrade
