// SPDX-License-Identifier: MIT
// ws-schedule --sweep and --resume-sweep.
#include "upgrade/queue/scheduler.hpp"

#include "db/transaction.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

/// Rules, counts and what the sweep has left are those of the new one from one moment on.
/// @returns the runs that were left, by workspace, with their new due times
std::map<std::string, Run> Scheduler::begin_sweep(const ScheduleOptions& options, WallTime due) {
  const ClaimRequest request = request_of("", options, due);
  std::vector<Run> runs = m_runs.queue().of_sweep(options.sweep->name);
  // What is set aside after a failure waits on, unless a person says otherwise.
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
                 fmt::format("sweep {} begins, {} runs were left of the one before",
                             options.sweep->name, left.size()));
  return left;
}

bool Scheduler::resume_sweep(const std::string& name, Backend& backend,
                             const std::function<void(const std::string&)>& warn) {
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
  Submission submission;
  submission.due = m_now;
  submission.at_once = true;
  std::vector<std::int64_t> ids;
  for (const Run& run : m_runs.queue().of_sweep(name)) {
    if (run.due_at > m_now || !run.via) continue;
    submission.items.push_back({run.id, run.workspace});
    ids.push_back(run.id);
    if (!backend.takes_many()) break;
  }
  if (ids.empty()) return true;
  const Submitted submitted = backend.submit(submission);
  m_runs.set_job(ids, backend.name(), submitted.job, m_now);
  if (!submitted.warning.empty()) warn(submitted.warning);
  return true;
}

}  // namespace upkeep::upgrade
