// SPDX-License-Identifier: MIT
#include "upgrade/queue/lost_jobs.hpp"

#include "db/named_lock.hpp"
#include "upgrade/store/handover_store.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

namespace {

// Shorter than the minimum interval between replacements.
constexpr std::chrono::seconds k_overdue{30};
// Between two runs, a drain holds no slot for a few milliseconds.
constexpr int k_between_runs_s = 15;

}  // namespace

bool anybody_works(db::Connection& control, RunStore& runs, const std::string& schema) {
  const auto rows = control.query(
      fmt::format(
          "SELECT IS_USED_LOCK(?) IS NOT NULL OR EXISTS (SELECT 1 FROM {}.slot WHERE renewed_at >"
          " UTC_TIMESTAMP(6) - INTERVAL IF(run IS NULL, {}, lease_s) SECOND) AS works",
          db::quoted_identifier(schema), k_between_runs_s),
      {db::lock_name("upkeep:" + runs.installation(), "turn")});
  return rows.at(0).integer("works") != 0;
}

namespace {

/// @returns whether the backend accepted it
bool submit(RunStore& runs, const EventLog& events, Backend& backend, const Run& run, WallTime due,
            bool at_once, const std::string& why) {
  Submission submission;
  submission.due = due;
  submission.at_once = at_once;
  submission.items.push_back({run.id, run.workspace});
  try {
    const Submitted submitted = backend.submit(submission);
    runs.replace_job(run.id, backend.name(), submitted.job);
    events.write(run.workspace, run.id,
                 fmt::format("{}: {} job {} due {}", why, backend.name(), submitted.job,
                             iso8601(submitted.due)));
    return true;
  } catch (const Error& error) {
    events.write(run.workspace, run.id, fmt::format("{}: no job: {}", why, error.what()),
                 Severity::warning);
    return false;
  }
}

}  // namespace

bool replace_lost_job(const config::Config& config, db::Connection& control, const EventLog& events,
                      const MakeBackend& make_backend) {
  if (!make_backend) return false;
  try {
    RunStore runs(control, config.database.schema);
    const auto run = runs.queue().overdue_with_job(k_overdue);
    if (!run) return false;
    const std::string& schema = config.database.schema;
    if (anybody_works(control, runs, schema)) return false;
    const auto backend = make_backend();
    if (!backend || (run->job && run->via == backend->name() && backend->can_tell_gone() &&
                     backend->gone({*run->job}).empty())) {
      return false;  // its job is still in the scheduler
    }
    if (!HandoverStore(control, schema).claim_replacement()) return false;
    return submit(runs, events, *backend, *run, runs.server_now(), true,
                  fmt::format("due {} but not started, perhaps because its job found no database; "
                              "submitted again",
                              iso8601(run->due_at)));
  } catch (const Error&) {
    return false;
  }
}

void hand_over_later(const config::Config& config, db::Connection& control, const EventLog& events,
                     const MakeBackend& make_backend, const Run& first) {
  if (!make_backend) return;
  try {
    RunStore runs(control, config.database.schema);
    const auto backend = make_backend();
    if (!backend) return;
    const auto due = HandoverStore(control, config.database.schema).claim_later();
    if (due) submit(runs, events, *backend, first, *due, false, "left for a later job");
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): left to the next check or drain
  }
}

}  // namespace upkeep::upgrade
