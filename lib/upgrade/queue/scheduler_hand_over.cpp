// SPDX-License-Identifier: MIT
// How a Scheduler hands runs to its backend, and what it does where the database goes away between.
#include "upgrade/queue/scheduler.hpp"

#include "base/text.hpp"
#include "upgrade/model/queue_order.hpp"
#include "upgrade/model/version.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

namespace upkeep::upgrade {

ScheduleRecord record_of(const std::string& workspace, std::string state, std::string detail,
                         ExitStatus status) {
  ScheduleRecord record;
  record.workspace = workspace;
  record.state = std::move(state);
  record.detail = std::move(detail);
  record.status = status;
  return record;
}

ScheduleRecord record_of(const Run& run, std::string state, std::string detail) {
  ScheduleRecord record =
      record_of(run.workspace, std::move(state), std::move(detail), ExitStatus::ok);
  record.run = run.id;
  record.job = run.job;
  record.due = run.due_at;
  return record;
}

/// Does what needs the database; where the connection is lost, again on a new one, for as long as
/// lease_s. @returns false when it stayed away, also at once where it did before
bool Scheduler::with_database(const std::function<void()>& work) {
  constexpr std::chrono::milliseconds k_try_every{250};
  const std::int64_t give_up = boot_clock_ms() + 1000LL * m_config.upgrade.lease_s;
  while (m_away.empty()) {
    try {
      if (m_lost) m_control = connect_control(m_config);
      m_lost = false;
      work();
      return true;
    } catch (const db::Error& error) {
      if (!error.connection_lost()) throw;
      m_lost = m_reconnected = true;
      if (boot_clock_ms() >= give_up) m_away = error.message();
    }
    if (m_away.empty()) std::this_thread::sleep_for(k_try_every);
  }
  return false;
}

/// Queued runs whose job the scheduler does not know any more (cancelled there, a node that died).
void Scheduler::add_orphans(std::vector<ScheduleRecord>& records, Backend& backend,
                            std::vector<std::size_t>& jobless) {
  if (!backend.can_tell_gone()) return;
  std::map<std::size_t, std::string> jobs;  // of the runs that were there, by their record
  std::vector<std::string> asked;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].state != "already" || !records[i].job) continue;
    const auto run = m_runs.find(*records[i].run);
    if (!run || run->state != RunState::queued || run->via != backend.name()) continue;
    jobs[i] = *records[i].job;
    asked.push_back(*records[i].job);
  }
  if (asked.empty()) return;
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  const auto gone = backend.gone(asked);
  for (const auto& [index, job] : jobs) {
    const auto found = std::find_if(gone.begin(), gone.end(),
                                    [&own = job](const GoneJob& one) { return one.job == own; });
    if (found == gone.end()) continue;
    const std::string why = fmt::format("its {} job {} is gone{}", backend.name(), job,
                                        found->why.empty() ? "" : " (" + found->why + ")");
    add_clause(records[index].detail, why);
    m_events.write(records[index].workspace, records[index].run, why);
    const bool known = std::find(jobless.begin(), jobless.end(), index) != jobless.end();
    if (!known) jobless.push_back(index);
  }
}

/// @param was_due when the runs are due until then: a caller that brings one forward while the
/// backend answers gives it another job
void Scheduler::hand_over(std::vector<ScheduleRecord>& records,
                          const std::vector<std::size_t>& claimed, WallTime was_due, WallTime due,
                          bool at_once, Backend& backend,
                          const std::function<void(const std::string&)>& warn) {
  Submission submission;
  submission.due = due;
  submission.at_once = at_once;
  std::vector<std::int64_t> ids;
  for (const std::size_t index : claimed) {
    submission.items.push_back({*records[index].run, records[index].workspace});
    ids.push_back(*records[index].run);
  }
  try {
    const Submitted submitted = backend.submit(submission);
    if (!submitted.warning.empty()) warn(submitted.warning);
    std::uint64_t changed = 0;
    if (!with_database([&] {
          changed = m_runs.set_job(ids, backend.name(), submitted.job, submitted.due, was_due);
        })) {
      warn(fmt::format("{}; {} job {} starts what was queued before", m_away, backend.name(),
                       submitted.job));
    }
    for (const std::size_t index : claimed) {
      records[index].job = submitted.job;
      records[index].due = submitted.due;
    }
    if (changed < ids.size() && m_away.empty()) show_overtaken(records, claimed);
    for (const std::size_t index : claimed) {
      if (records[index].job != submitted.job) continue;
      m_events.write(records[index].workspace, records[index].run,
                     fmt::format("queued, {} job {} due {}", backend.name(), submitted.job,
                                 iso8601(submitted.due)));
    }
  } catch (const Error& error) {
    if (error.status() != ExitStatus::not_permitted && error.status() != ExitStatus::unavailable)
      throw;
    for (const std::size_t index : claimed) {
      ScheduleRecord& record = records[index];
      // An older run that has lost its job stays: the next drain finds it.
      if (record.state == "queued" && !record.adopted) {
        with_database(
            [&] { m_runs.end_queued(*record.run, RunState::cancelled, error.what(), was_due); });
      }
      record.state = "failed";
      record.detail = error.message();
      record.status = error.status();
    }
  }
}

/// Of runs that another caller has brought forward while the backend answered: their due time and
/// job as they are now.
void Scheduler::show_overtaken(std::vector<ScheduleRecord>& records,
                               const std::vector<std::size_t>& claimed) {
  with_database([&] {
    for (const std::size_t index : claimed) {
      ScheduleRecord& record = records[index];
      const auto run = m_runs.find(*record.run);
      if (!run || run->state != RunState::queued || run->job == record.job) continue;
      record.job = run->job;
      record.due = run->due_at;
      add_clause(record.detail, "brought forward by another caller");
    }
  });
}

std::size_t Scheduler::hand_over_due(Backend& backend,
                                     const std::function<void(const std::string&)>& warn) {
  Submission submission;
  submission.due = m_now;
  submission.at_once = true;
  std::vector<std::int64_t> ids;
  const auto holds = m_holds.of({});
  for (const Run& run : m_runs.queue().active()) {
    if (!is_due(run, m_now) || holds.contains(run.workspace)) continue;
    submission.items.push_back({run.id, run.workspace});
    ids.push_back(run.id);
    if (!backend.takes_many()) break;  // a drain for one is a drain for all
  }
  if (ids.empty()) return 0;
  const Submitted submitted = backend.submit(submission);
  m_runs.set_job(ids, backend.name(), submitted.job, m_now);
  if (!submitted.warning.empty()) warn(submitted.warning);
  return ids.size();
}

std::vector<ScheduleRecord> Scheduler::retarget(const std::vector<std::string>& names,
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
    records.push_back(record_of(name, "refused", run ? "it is running already" : "it is not queued",
                                ExitStatus::no));
  }
  for (const Run& run : chosen) {
    if (run.target == target && !run.pinned) {
      records.push_back(record_of(run, "already", "it follows the configured target"));
      continue;
    }
    if (!dry_run && !m_runs.retarget(run.id, target)) {
      records.push_back(
          record_of(run.workspace, "refused", "it is not queued any more", ExitStatus::no));
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

}  // namespace upkeep::upgrade
