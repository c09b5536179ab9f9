// SPDX-License-Identifier: MIT
#include "upgrade/queue/queue_requests.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "upgrade/model/queue_order.hpp"
#include "upgrade/model/version.hpp"
#include "upgrade/probe/spelling.hpp"
#include "upgrade/queue/job_hand_over.hpp"
#include "upgrade/runner/recovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::upgrade {

QueueRequests::QueueRequests(const config::Config& config, db::Connection& control,
                             const EventLog& events)
    : m_config(config),
      m_events(events),
      m_control(control),
      m_inspector(config, control),
      m_runs(control, config.database.schema),
      m_holds(control, config.database.schema),
      m_sweeps(control, config.database.schema),
      m_now(m_runs.server_now()) {
  recover_before_reading(config, control, m_inspector, "ws-schedule", true);
}

/// Names with an active run are spelled as in its record.
std::vector<std::string> QueueRequests::as_queued(const std::vector<std::string>& names) {
  return as_recorded(m_inspector, m_config, names, [this](const std::string& name) {
    return m_runs.active_of(name).has_value();
  });
}

std::vector<ScheduleRecord> QueueRequests::list(const std::vector<std::string>& asked) {
  std::vector<ScheduleRecord> records;
  const auto names = as_queued(asked);
  const auto holds = m_holds.of(names);
  for (const Run& run : m_runs.queue().active()) {
    if (!names.empty() && std::find(names.begin(), names.end(), run.workspace) == names.end())
      continue;
    std::string detail = fmt::format("priority {}", run.priority);
    if (run.sweep) detail += ", sweep " + *run.sweep;
    if (run.requested_by) detail += ", requested by " + *run.requested_by;
    if (run.reason) detail += ": " + *run.reason;
    if (run.target != m_config.upgrade.target) detail += ", to version " + run.target;
    if (run.state == RunState::queued && run.detail) detail += ", put back: " + *run.detail;
    if (run.origin == Origin::direct && run.state == RunState::queued)
      detail += ", a ws-upgrade is waiting for it";
    if (const auto hold = holds.find(run.workspace); hold != holds.end())
      add_clause(detail, hold->second.text());
    records.push_back(record_of(run, std::string(word(run.state)), detail));
  }
  return records;
}

std::vector<ScheduleRecord> QueueRequests::cancel(const std::vector<std::string>& names,
                                                  Backend& backend, bool dry_run) {
  std::vector<ScheduleRecord> records;
  std::vector<std::string> jobs;
  for (const std::string& name : as_queued(names)) {
    const auto run = m_runs.active_of(name);
    if (!run || run->state != RunState::queued) {
      records.push_back(
          record_of(name, "refused",
                    run ? fmt::format("run {} is already running", run->id) : "it is not queued",
                    ExitStatus::no));
      if (run) records.back().run = run->id;
      continue;
    }
    records.push_back(record_of(*run, "cancelled", dry_run ? "would be cancelled" : ""));
    if (dry_run) continue;
    if (!m_runs.end_queued(run->id, RunState::cancelled, "cancelled")) {
      const auto now = m_runs.find(run->id);
      const bool started = now && now->state != RunState::cancelled;
      records.back() =
          record_of(name, "refused",
                    started ? fmt::format("run {} has just started", run->id) : "it is not queued",
                    ExitStatus::no);
      continue;
    }
    m_events.write(name, run->id, "cancelled");
    if (run->job && run->via == backend.name()) jobs.push_back(*run->job);
  }
  withdraw_unneeded(jobs, backend);
  return records;
}

void QueueRequests::withdraw_unneeded(const std::vector<std::string>& jobs, Backend& backend) {
  if (jobs.empty()) return;
  const auto left = m_runs.queue().active();
  for (const std::string& job : jobs) {
    const bool needed =
        std::any_of(left.begin(), left.end(), [&](const Run& run) { return run.job == job; });
    if (!needed) backend.withdraw(job);
  }
}

std::vector<ScheduleRecord> QueueRequests::retarget(const std::vector<std::string>& names,
                                                    bool dry_run) {
  const std::string& target = m_config.upgrade.target;
  std::vector<Run> chosen;
  if (names.empty()) {
    for (Run& run : m_runs.queue().active()) {
      const bool lost = run.state == RunState::queued && !has_probes(m_config, run.target);
      if (lost) chosen.push_back(std::move(run));
    }
  }
  std::vector<ScheduleRecord> records;
  for (const std::string& name : as_queued(names)) {
    auto run = m_runs.active_of(name);
    if (run && run->state == RunState::queued) {
      chosen.push_back(std::move(*run));
      continue;
    }
    records.push_back(record_of(name, "refused", run ? "it is already running" : "it is not queued",
                                ExitStatus::no));
  }
  for (const Run& run : chosen) {
    if (run.target == target && !run.pinned) {
      records.push_back(record_of(run, "already", "it follows the configured target"));
      continue;
    }
    if (!dry_run && !m_runs.retarget(run.id, target)) {
      records.push_back(
          record_of(run.workspace, "refused", "it is no longer queued", ExitStatus::no));
      continue;
    }
    ScheduleRecord record =
        record_of(run, "queued",
                  fmt::format("{} {}, was {}", dry_run ? "would go to" : "to", target, run.target));
    if (!dry_run) {
      m_events.write(run.workspace, run.id, fmt::format("to {}, was {}", target, run.target));
    }
    records.push_back(std::move(record));
  }
  return records;
}

std::size_t QueueRequests::hand_over_due(Backend& backend, const Warn& warn) {
  const auto holds = m_holds.of({});
  std::vector<Run> due;
  for (const Run& run : m_runs.queue().active()) {
    if (is_due(run, m_now) && !holds.contains(run.workspace)) due.push_back(run);
  }
  return hand_over_now(due, m_runs, backend, m_now, warn);
}

bool QueueRequests::resume_sweep(const std::string& name, Backend& backend, const Warn& warn) {
  if (!m_sweeps.find(name)) {
    throw Error(ExitStatus::partial, fmt::format("there is no sweep {}", name),
                "'ws-schedule --list' shows which sweep a run belongs to");
  }
  bool was_stopped = false;
  db::transact(m_control, [&] {
    was_stopped = m_sweeps.resume(name, m_now);
    if (was_stopped) m_runs.leave_count(name);
  });
  if (!was_stopped) return false;
  std::vector<Run> due;
  for (const Run& run : m_runs.queue().of_sweep(name)) {
    if (run.due_at <= m_now && run.via) due.push_back(run);
  }
  hand_over_now(due, m_runs, backend, m_now, warn);
  return true;
}

}  // namespace upkeep::upgrade
