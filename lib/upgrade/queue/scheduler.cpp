// SPDX-License-Identifier: MIT
#include "upgrade/queue/scheduler.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "upgrade/model/queue_order.hpp"
#include "upgrade/model/retry.hpp"
#include "upgrade/model/server_bound.hpp"
#include "upgrade/queue/due_runs.hpp"
#include "upgrade/queue/job_hand_over.hpp"
#include "upgrade/runner/recovery.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

namespace {

/// The refusal for a held workspace, even with --force; nullopt: it is not held, or there is
/// nothing to refuse.
std::optional<ScheduleRecord> held(const WorkspaceStatus& status) {
  if (!status.hold || status.state == State::upgraded || status.state == State::running)
    return std::nullopt;
  const std::string why = fmt::format("{}; 'ws-schedule --release {}' releases it",
                                      status.hold->text(), status.workspace);
  if (!status.runs.active) return record_of(status.workspace, "refused", why, ExitStatus::no);
  ScheduleRecord record = record_of(*status.runs.active, "refused", why);
  record.status = ExitStatus::no;
  return record;
}

}  // namespace

Scheduler::Scheduler(const config::Config& config, db::Connection& control, const EventLog& events)
    : m_config(config),
      m_events(events),
      m_inspector(config, control),
      m_control(control),
      m_steady(config, control),
      m_runs(control, config.database.schema),
      m_sweeps(control, config.database.schema),
      m_now(m_runs.server_now()) {
  recover_before_reading(config, control, m_inspector, "ws-schedule", true);
}

/// Brings a queued run forward: a login takes the run out of the sweep it is queued for. Only a
/// person can bring forward a run that was set aside after a failure. @returns whether it needs a
/// new job, because it is now due sooner
bool Scheduler::hurry(const WorkspaceStatus& status, const ScheduleOptions& options, WallTime due,
                      ScheduleRecord& record) {
  const Run& run = *status.runs.active;
  if (options.dry_run || options.sweep) return false;
  const Overtaking overtaking = overtaking_of(run, options.priority, due);
  if (!overtaking.any()) return false;
  if (!options.force && why_not_retried(status.runs, m_config.schedule, m_now)) return false;
  m_runs.hurry(run.id, request_of(run.workspace, options, due));
  if (overtaking.sooner) {
    record.due = due;
    record.detail += ", and is now due sooner";
  } else {
    const auto now = m_runs.find(run.id);
    const bool moved = now && now->priority < run.priority;
    if (!moved && !overtaking.leaves) return false;  // the visitor already has many runs ahead
    if (moved) record.detail += ", and now further ahead";
  }
  if (overtaking.leaves)
    record.detail += fmt::format(", and no longer part of sweep {}", *run.sweep);
  m_events.write(run.workspace, run.id, "brought forward");
  return overtaking.sooner || overtaking.leaves;  // the job of its sweep may have ended already
}

ClaimRequest Scheduler::request_of(const std::string& workspace, const ScheduleOptions& options,
                                   WallTime due) const {
  ClaimRequest request;
  request.workspace = workspace;
  request.target = options.target;
  request.pinned = options.pinned;
  request.via = m_via;
  request.priority = options.priority;
  request.requested_by = options.requested_by;
  request.reason = options.reason;
  request.address = options.address;
  request.logins = {m_config.web.logins_per_address, m_config.web.logins};
  request.due_at = due;
  request.max_queue = m_config.schedule.max_queue;
  if (options.sweep) request.sweep = options.sweep->name;
  return request;
}

ScheduleRecord Scheduler::claim_one(const WorkspaceStatus& status, const ScheduleOptions& options,
                                    WallTime due) {
  const std::string& name = status.workspace;
  if (status.state == State::unknown)
    return record_of(name, "unknown", status.detail, ExitStatus::partial);
  if (auto record = held(status)) return *record;
  if (status.runs.active) {
    return record_of(*status.runs.active, "already",
                     fmt::format("it is {}", word(status.runs.active->state)));
  }
  if (status.state == State::upgraded && !options.force)
    return record_of(name, "upgraded", "", ExitStatus::ok);
  if (!options.force) {
    if (const auto why = why_not_retried(status.runs, m_config.schedule, m_now)) {
      ScheduleRecord record = record_of(name, "refused", *why, ExitStatus::no);
      record.due = retry_from(status.runs, m_config.schedule);
      return record;
    }
  }
  if (options.dry_run) {
    ScheduleRecord record = record_of(name, "queued", "would be queued", ExitStatus::ok);
    record.due = due;
    return record;
  }
  ClaimRequest request = request_of(name, options, due);
  request.server = endpoint_name_of(m_config, status.server);
  const Claim claim = m_runs.claim(request);
  if (claim.outcome == ClaimOutcome::queue_full) {
    return record_of(name, "refused",
                     fmt::format("the queue is full (max_queue = {})", request.max_queue),
                     ExitStatus::try_later);
  }
  // The answer to our own claim may have been lost with the connection.
  const bool ours = m_steady.was_lost() && claim.run.state == RunState::queued && !claim.run.job &&
                    claim.run.queued_at >= m_now && claim.run.requested_by == options.requested_by;
  if (claim.outcome == ClaimOutcome::already && !ours) {
    return record_of(claim.run, "already", fmt::format("it is {}", word(claim.run.state)));
  }
  if (options.force) {
    m_events.write(name, claim.run.id, "forced by " + signature(options.person, options.reason));
  }
  const bool behind = claim.run.priority > options.priority;
  return record_of(claim.run, "queued",
                   behind ? "behind the logins: its visitor already has many runs ahead" : "");
}

/// If the database becomes unavailable, the record is `failed`.
/// @param needs_job set to whether an older run needs a new job
ScheduleRecord Scheduler::claim_or_hurry(const WorkspaceStatus& status,
                                         const ScheduleOptions& options, WallTime due,
                                         bool& needs_job) {
  ScheduleRecord record;
  const bool done = m_steady.run([&] {
    record = claim_one(status, options, due);
    if (record.state != "already" || !status.runs.active) return;
    const bool sooner = hurry(status, options, due, record);
    needs_job = sooner || has_lost_job(*status.runs.active, m_idle, m_now);
  });
  if (done) return record;
  needs_job = false;
  return record_of(status.workspace, "failed", m_steady.away(), ExitStatus::unavailable);
}

std::vector<ScheduleRecord> Scheduler::schedule(const std::vector<std::string>& names,
                                                const ScheduleOptions& options, Backend& backend,
                                                const Warn& warn) {
  const WallTime due = options.at.value_or(m_now + options.delay);
  m_idle = !m_runs.queue().any_running();
  if (!options.dry_run) {
    const std::string text = follow_configured_target(m_config, m_control, m_runs, m_events);
    if (!text.empty()) warn(text);
  }
  m_via = options.no_job ? std::nullopt : std::optional(backend.name());
  std::vector<ScheduleRecord> records;
  std::vector<std::size_t> claimed, jobless;
  int queued = 0;
  std::map<std::string, Run> adopted;
  if (options.sweep) adopted = begin_sweep(options, due);
  for (const WorkspaceStatus& status : m_inspector.inspect(names, options.target)) {
    if (options.limit && queued >= *options.limit) {
      warn(fmt::format("{} names were not processed (--limit {})", names.size() - records.size(),
                       *options.limit));
      break;
    }
    if (const auto left = adopted.extract(status.workspace)) {
      add_left_over(left.mapped(), due, records, claimed, jobless);
      continue;
    }
    bool needs_job = false;
    records.push_back(claim_or_hurry(status, options, due, needs_job));
    if (records.back().state == "queued") {
      ++queued;
      claimed.push_back(records.size() - 1);
    } else if (needs_job) {
      jobless.push_back(records.size() - 1);
    }
  }
  for (const auto& [name, run] : adopted) add_left_over(run, due, records, claimed, jobless);
  if (options.dry_run) return records;
  if (options.no_job) {
    for (const std::size_t index : claimed) {
      m_events.write(records[index].workspace, records[index].run,
                     fmt::format("queued without a job, due {}", iso8601(due)));
    }
    return records;
  }
  JobHandOver jobs(m_steady, m_runs, m_events, backend, warn);
  jobs.add_orphans(records, jobless);
  const bool at_once = !options.at && options.delay.count() == 0;
  const std::size_t together = backend.takes_many() ? std::max<std::size_t>(1, claimed.size()) : 1;
  for (std::size_t i = 0; i < claimed.size(); i += together) {
    const auto from = claimed.begin() + static_cast<std::ptrdiff_t>(i);
    jobs.hand_over(records, {from, from + static_cast<std::ptrdiff_t>(together)},
                   {.was_due = due, .due = due, .at_once = at_once});
  }
  for (const std::size_t index : jobless) {  // at their own times: they may be set aside until then
    const WallTime own = *records[index].due;
    const bool later = own > m_now;
    jobs.hand_over(records, {index},
                   {.was_due = own, .due = later ? own : due, .at_once = at_once && !later});
  }
  return records;
}

void Scheduler::add_left_over(const Run& run, WallTime due, std::vector<ScheduleRecord>& records,
                              std::vector<std::size_t>& claimed,
                              std::vector<std::size_t>& jobless) {
  (run.due_at == due ? claimed : jobless).push_back(records.size());
  records.push_back(record_of(run, "queued", "left over from the last sweep of that name"));
  records.back().adopted = true;
}

/// Starts a new sweep: in one transaction, sets its rules, resets its counts and adopts the runs
/// left by the previous one. @returns those runs, by workspace, with their new due times
std::map<std::string, Run> Scheduler::begin_sweep(const ScheduleOptions& options, WallTime due) {
  const ClaimRequest request = request_of("", options, due);
  std::vector<Run> runs = m_runs.queue().of_sweep(options.sweep->name);
  // Runs that were set aside after a failure keep their due time, unless forced.
  const auto facts = runs.empty() || options.force ? std::map<std::string, RunFacts>{}
                                                   : m_runs.history().facts({}, options.target);
  std::map<WallTime, std::vector<std::int64_t>> by_due;
  std::map<std::string, Run> left;
  for (Run& run : runs) {
    const auto fact = facts.find(run.workspace);
    const bool set_aside = fact != facts.end() && fact->second.last_failure && run.due_at > due;
    if (!set_aside) run.due_at = due;
    run.job.reset();
    by_due[run.due_at].push_back(run.id);
    left.emplace(run.workspace, run);
  }
  if (options.dry_run) return left;
  SweepRules rules{options.sweep->canary, options.sweep->max_failures, std::nullopt};
  if (!options.sweep->until.empty()) rules.until = next_local_time(options.sweep->until, due);
  db::transact(m_control, [&] {
    m_sweeps.begin(options.sweep->name, rules, due, options.requested_by.value_or(""));
    m_runs.leave_count(options.sweep->name);
    for (const auto& [when, ids] : by_due) m_runs.adopt(ids, request, when);
  });
  m_events.write("", {},
                 fmt::format("sweep {} starts, with {} runs left over from the last one",
                             options.sweep->name, left.size()));
  return left;
}

}  // namespace upkeep::upgrade
