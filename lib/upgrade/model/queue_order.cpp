// SPDX-License-Identifier: MIT
#include "upgrade/model/queue_order.hpp"

#include <algorithm>
#include <tuple>

namespace upkeep::upgrade {

namespace {

using std::chrono::seconds;

// A claim gets its job within milliseconds; a run without a job for this long was left by a killed
// ws-schedule, and one this overdue while nothing is running has lost its job.
constexpr seconds k_job_takes{15};
constexpr seconds k_overdue{90};
constexpr seconds k_sooner{60};
// A job of at(1) starts within its minute; one that is later than this will not start.
constexpr seconds k_starts_within{60};

auto place_of(const Run& run) {
  const bool running = run.state == RunState::running;
  return std::tuple(running ? 0 : 1, running ? 0 : run.priority, run.due_at, run.id);
}

}  // namespace

bool is_due(const Run& run, WallTime now) {
  return run.state == RunState::queued && run.origin == Origin::queue && run.due_at <= now;
}

bool is_served_before(const Run& a, const Run& b) {
  return place_of(a) < place_of(b);
}

bool DueFilter::allows(const Run& run, WallTime now) const {
  if (began && run.put_back_at && *run.put_back_at >= std::max(*began, now - k_left_alone))
    return false;
  if (run.server && full.contains(*run.server)) return false;
  if (target.empty()) return true;
  if (!run.pinned) return run.target == target;
  return run.target == target ||
         std::find(versions.begin(), versions.end(), run.target) != versions.end();
}

const Run* next_due(const std::vector<Run>& runs, const DueFilter& filter,
                    const QueueBarriers& barriers, WallTime now) {
  const Run* next = nullptr;
  if (barriers.paused) return next;
  for (const Run& run : runs) {
    if (!is_due(run, now) || !filter.allows(run, now) || barriers.held.contains(run.workspace))
      continue;
    if (run.sweep && barriers.closed_sweeps.contains(*run.sweep)) continue;
    if (next == nullptr || is_served_before(run, *next)) next = &run;
  }
  return next;
}

Overtaking overtaking_of(const Run& run, int priority, WallTime due) {
  if (run.state != RunState::queued || run.origin != Origin::queue) return {};
  Overtaking overtaking;
  overtaking.sooner = due + k_sooner < run.due_at;
  overtaking.ahead = priority < run.priority;
  overtaking.leaves =
      run.sweep && (overtaking.sooner || overtaking.ahead || priority <= k_default_priority);
  return overtaking;
}

bool has_lost_job(const Run& run, bool idle, WallTime now) {
  if (run.state != RunState::queued || run.origin != Origin::queue) return false;
  if (!run.job) return now - run.queued_at > k_job_takes;
  return idle && now - run.due_at > k_overdue;
}

bool is_served(const std::vector<Run>& queue, bool anybody_works, WallTime replacement_due,
               WallTime now) {
  if (anybody_works || replacement_due > now - k_starts_within) return true;
  return std::any_of(queue.begin(), queue.end(), [&](const Run& run) {
    const bool has_job = run.via || run.origin == Origin::direct;
    return run.state == RunState::running ||
           (has_job && run.due_at <= now && run.due_at > now - k_starts_within);
  });
}

}  // namespace upkeep::upgrade
