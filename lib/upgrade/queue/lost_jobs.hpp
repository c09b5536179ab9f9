// SPDX-License-Identifier: MIT
// Jobs that came to nothing: the database was away when they started, at(1) lost them, they were
// killed. Nothing starts the due runs then. A process that is awake notices and hands the queue
// over once more.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/queue/backends/backend.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/store/run_store.hpp"

#include <string>

namespace upkeep::upgrade {

/// Whether some process, on any host, runs upgrades now or waits for its turn. @throws db::Error
bool anybody_works(db::Connection& control, RunStore& runs, const std::string& schema);

/// Hands what is due over again where its job has come to nothing: at most once per half minute,
/// and less and less often while that does not help. Errors are left to the next look.
/// @param make_backend may be empty: then nothing is done
/// @returns whether a job was made
bool replace_lost_job(const config::Config& config, db::Connection& control, const EventLog& events,
                      const MakeBackend& make_backend);

/// A drain leaves due runs behind, as their server was away: a later job tries them again.
void hand_over_later(const config::Config& config, db::Connection& control, const EventLog& events,
                     const MakeBackend& make_backend, const Run& first);

}  // namespace upkeep::upgrade
