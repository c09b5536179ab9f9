// SPDX-License-Identifier: MIT
#include "upgrade/queue/lost_jobs.hpp"

#include "db/named_lock.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

namespace {

// A replacement comes at once, so sooner than that.
constexpr int k_overdue_s = 30;
// Between two runs a drain holds no slot for some milliseconds.
constexpr int k_between_runs_s = 15;

/// How long the next replacement waits for the last one: doubled each time.
constexpr const char* k_pause = "LEAST(900, 30 * POW(2, LEAST(tries, 5)))";

}  // namespace

QueueCare::QueueCare(db::Connection& control, RunStore& runs, const std::string& schema)
    : m_control(control),
      m_runs(runs),
      m_handover(db::quoted_identifier(schema) + ".handover"),
      m_slot(db::quoted_identifier(schema) + ".slot") {}

bool QueueCare::anybody_works() {
  if (m_turn_lock.empty()) m_turn_lock = db::lock_name("upkeep:" + m_runs.installation(), "turn");
  const auto rows = m_control.query(
      fmt::format(
          "SELECT IS_USED_LOCK(?) IS NOT NULL OR EXISTS (SELECT 1 FROM {} WHERE renewed_at >"
          " UTC_TIMESTAMP(6) - INTERVAL IF(run IS NULL, {}, lease_s) SECOND)",
          m_slot, k_between_runs_s),
      {m_turn_lock});
  return rows.at(0).integer(0) != 0;
}

WallTime QueueCare::replacement_due() {
  const auto rows = m_control.query(fmt::format("SELECT due_at FROM {}", m_handover));
  return rows.empty() ? WallTime() : from_sql(rows.at(0).text(0));
}

bool QueueCare::claim_replacement() {
  return m_control.execute(
             fmt::format("UPDATE {} SET tries = tries + 1, due_at = UTC_TIMESTAMP(3) WHERE one = 1"
                         " AND due_at < UTC_TIMESTAMP(3) - INTERVAL {} SECOND",
                         m_handover, k_pause)) == 1;
}

std::optional<WallTime> QueueCare::claim_later() {
  const auto changed = m_control.execute(
      fmt::format("UPDATE {} SET due_at = UTC_TIMESTAMP(3) + INTERVAL {} SECOND, tries = tries + 1"
                  " WHERE one = 1 AND due_at <= UTC_TIMESTAMP(3)",
                  m_handover, k_pause));
  if (changed != 1) return std::nullopt;
  return replacement_due();
}

void QueueCare::forget_replacements() {
  m_control.execute(fmt::format("UPDATE {} SET tries = 0 WHERE one = 1 AND tries > 0", m_handover));
}

namespace {

/// @returns whether the backend took it
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
    events.write(run.workspace, run.id, fmt::format("{}: no job: {}", why, error.what()));
    return false;
  }
}

}  // namespace

bool replace_lost_job(const config::Config& config, db::Connection& control, const EventLog& events,
                      const MakeBackend& make_backend) {
  if (!make_backend) return false;
  try {
    RunStore runs(control, config.database.schema);
    const auto run = runs.overdue_with_job(k_overdue_s);
    if (!run) return false;
    QueueCare care(control, runs, config.database.schema);
    if (care.anybody_works()) return false;
    const auto backend = make_backend();
    if (!backend || (run->job && run->via == backend->name() && backend->can_tell_gone() &&
                     backend->gone({*run->job}).empty())) {
      return false;  // it waits in its scheduler
    }
    if (!care.claim_replacement()) return false;
    return submit(
        runs, events, *backend, *run, runs.server_now(), true,
        fmt::format("due {} and no job has started it; perhaps the job found no database; "
                    "handed over again",
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
    QueueCare care(control, runs, config.database.schema);
    const auto backend = make_backend();
    if (!backend) return;
    const auto due = care.claim_later();
    if (due) submit(runs, events, *backend, first, *due, false, "left for a later job");
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the next look, or drain, does it
  }
}

}  // namespace upkeep::upgrade
