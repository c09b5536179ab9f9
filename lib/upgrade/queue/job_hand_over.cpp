// SPDX-License-Identifier: MIT
#include "upgrade/queue/job_hand_over.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::upgrade {

void JobHandOver::add_orphans(std::vector<ScheduleRecord>& records,
                              std::vector<std::size_t>& jobless) {
  if (!m_backend.can_tell_gone()) return;
  std::map<std::size_t, std::string> jobs;  // of already existing runs, by record index
  std::vector<std::string> asked;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].state != "already" || !records[i].job) continue;
    const auto run = m_runs.find(*records[i].run);
    if (!run || run->state != RunState::queued || run->via != m_backend.name()) continue;
    jobs[i] = *records[i].job;
    asked.push_back(*records[i].job);
  }
  if (asked.empty()) return;
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  const auto gone = m_backend.gone(asked);
  for (const auto& [index, job] : jobs) {
    const auto found = std::find_if(gone.begin(), gone.end(),
                                    [&own = job](const GoneJob& one) { return one.job == own; });
    if (found == gone.end()) continue;
    const std::string why = fmt::format("its {} job {} is gone{}", m_backend.name(), job,
                                        found->why.empty() ? "" : " (" + found->why + ")");
    add_clause(records[index].detail, why);
    m_events.write(records[index].workspace, records[index].run, why, Severity::warning);
    const bool known = std::find(jobless.begin(), jobless.end(), index) != jobless.end();
    if (!known) jobless.push_back(index);
  }
}

void JobHandOver::hand_over(std::vector<ScheduleRecord>& records,
                            const std::vector<std::size_t>& claimed, const JobTimes& times) {
  Submission submission;
  submission.due = times.due;
  submission.at_once = times.at_once;
  std::vector<std::int64_t> ids;
  for (const std::size_t index : claimed) {
    submission.items.push_back({*records[index].run, records[index].workspace});
    ids.push_back(*records[index].run);
  }
  try {
    const Submitted submitted = m_backend.submit(submission);
    if (!submitted.warning.empty()) m_warn(submitted.warning);
    std::uint64_t changed = 0;
    if (!m_control.run([&] {
          changed =
              m_runs.set_job(ids, m_backend.name(), submitted.job, submitted.due, times.was_due);
        })) {
      m_warn(fmt::format("{}; {} job {} starts what was queued before", m_control.away(),
                         m_backend.name(), submitted.job));
    }
    for (const std::size_t index : claimed) {
      records[index].job = submitted.job;
      records[index].due = submitted.due;
    }
    if (changed < ids.size() && m_control.away().empty()) show_overtaken(records, claimed);
    for (const std::size_t index : claimed) {
      if (records[index].job != submitted.job) continue;
      m_events.write(records[index].workspace, records[index].run,
                     fmt::format("queued, {} job {} due {}", m_backend.name(), submitted.job,
                                 iso8601(submitted.due)));
    }
  } catch (const Error& error) {
    if (error.status() != ExitStatus::not_permitted && error.status() != ExitStatus::unavailable)
      throw;
    for (const std::size_t index : claimed) {
      ScheduleRecord& record = records[index];
      // An older run that lost its job stays queued: the next drain finds it.
      if (record.state == "queued" && !record.adopted) {
        m_control.run([&] {
          m_runs.end_queued(*record.run, RunState::cancelled, error.what(), times.was_due);
        });
      }
      record.state = "failed";
      record.detail = error.message();
      record.status = error.status();
    }
  }
}

/// Updates the records of runs that another caller has brought forward during the call of the
/// backend: shows their current due time and job.
void JobHandOver::show_overtaken(std::vector<ScheduleRecord>& records,
                                 const std::vector<std::size_t>& claimed) {
  m_control.run([&] {
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

std::size_t hand_over_now(const std::vector<Run>& due, RunStore& runs, Backend& backend,
                          WallTime now, const Warn& warn) {
  Submission submission;
  submission.due = now;
  submission.at_once = true;
  std::vector<std::int64_t> ids;
  for (const Run& run : due) {
    submission.items.push_back({run.id, run.workspace});
    ids.push_back(run.id);
    if (!backend.takes_many()) break;
  }
  if (ids.empty()) return 0;
  const Submitted submitted = backend.submit(submission);
  runs.set_job(ids, backend.name(), submitted.job, now);
  if (!submitted.warning.empty()) warn(submitted.warning);
  return ids.size();
}

}  // namespace upkeep::upgrade
