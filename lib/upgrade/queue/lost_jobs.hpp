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

#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The table `handover`, and what shows that a drain is at work. Every method may throw db::Error.
class QueueCare {
 public:
  /// Keeps references.
  QueueCare(db::Connection& control, RunStore& runs, const std::string& schema);

  /// Whether some process, on any host, runs upgrades now or waits for its turn.
  bool anybody_works();
  /// When the last job that replaced a lost one is due.
  WallTime replacement_due();
  /// Of several callers at one instant one gets the right to replace a lost job: where the last
  /// replacement has come and gone, each time after a longer pause. @returns whether it is ours
  bool claim_replacement();
  /// The same of a drain that leaves due runs behind. @returns when the job is to start; nullopt:
  /// another one is to come anyway
  std::optional<WallTime> claim_later();
  /// Something was started: the next replacement need not wait long.
  void forget_replacements();

 private:
  db::Connection& m_control;
  RunStore& m_runs;
  std::string m_handover, m_slot, m_turn_lock;
};

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
