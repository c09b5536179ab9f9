// SPDX-License-Identifier: MIT
#include "ws/progress_view.hpp"

#include "guard/status.hpp"
#include "ws/pause.hpp"
#include "ws/settler.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>

namespace upkeep::ws {

namespace {

constexpr std::int64_t k_overdue_s = 60;  // a job of at(1) starts within a minute

std::int64_t seconds_between(WallTime from, WallTime to) {
  return std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
}

}  // namespace

bool ProgressRecord::shows_the_same_as(const ProgressRecord& other) const {
  return state == other.state && percent == other.percent && step == other.step &&
         position == other.position && detail == other.detail &&
         run.has_value() == other.run.has_value() && (!run || run->id == other.run->id);
}

std::vector<double> finish_times(const std::vector<double>& busy, const std::vector<double>& due_in,
                                 int slots, double median) {
  // When each slot is free, the soonest on top.
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (const double left : busy) free_at.push(left);
  while (free_at.size() < static_cast<std::size_t>(std::max(1, slots))) free_at.push(0);
  std::vector<double> ends;
  for (const double due : due_in) {
    const double start = std::max(free_at.top(), due);
    free_at.pop();
    ends.push_back(start + median);
    free_at.push(start + median);
  }
  return ends;
}

/// The active runs, and when each will have ended.
struct ProgressView::Queue {
  struct Place {
    Run run;
    std::int64_t position = 0;
    std::optional<std::int64_t> eta_s, start_s;
  };
  std::vector<Place> places;  // running ones first
  std::map<std::string, std::size_t> by_workspace;
  WallTime now;
  std::optional<std::int64_t> all_done_s;
};

ProgressView::ProgressView(const config::Config& config, db::Connection& control,
                           const std::string& target)
    : m_config(config),
      m_control(control),
      m_target(target),
      m_inspector(config, control),
      m_runs(control, config.database.schema),
      m_model(m_runs.history(target), config.profiles.at(config.upgrade.profile).steps),
      m_host(HostState::open_existing(config.upgrade.state_dir)) {
  settle_before_looking(config, control, m_inspector, "ws-progress");
}

/// Nobody but the guardian counts while a run's ws-upgrade is gone.
void ProgressView::overlay_guardian(Run& run) const {
  if (!m_host || run.state != RunState::running || run.host != m_host->id()) return;
  const auto status = guard::read_status(m_host->status_path(run.id));
  if (!status || status->run != run.id || status->epoch != run.epoch) return;
  run.lines = std::max(run.lines, status->lines);
  run.percent = std::max(run.percent, m_model.percent(*status));
  if (!status->step.empty()) run.step = status->step;
}

ProgressView::Queue ProgressView::read_queue() {
  Queue queue;
  queue.now = m_runs.server_now();
  std::vector<double> busy, due;
  const auto median = m_model.median();
  // Nothing that waits starts before somebody resumes, and when that is nobody knows.
  const bool paused = PauseStore(m_control, m_config.database.schema).find().has_value();
  for (Run& run : m_runs.queue()) {
    overlay_guardian(run);
    Queue::Place place;
    if (run.state == RunState::running) {
      place.eta_s = m_model.remaining_s(run.seconds(queue.now).value_or(0), run.percent);
      busy.push_back(static_cast<double>(place.eta_s.value_or(0)));
    } else {
      place.position = static_cast<std::int64_t>(queue.places.size());
      const std::int64_t due_s = seconds_between(queue.now, run.due_at);
      due.push_back(static_cast<double>(std::max<std::int64_t>(0, due_s)));
      // The next one starts when it is due, history or not; long overdue, nobody knows.
      if (place.position == 0 && due_s > -k_overdue_s && !paused)
        place.start_s = std::max<std::int64_t>(0, due_s);
    }
    queue.by_workspace[run.workspace] = queue.places.size();
    place.run = std::move(run);
    queue.places.push_back(std::move(place));
  }
  m_active = static_cast<std::int64_t>(queue.places.size());
  if (!median) return queue;
  const auto ends = finish_times(busy, due, m_config.upgrade.slots, *median);
  for (std::size_t i = 0; i < ends.size() && !paused; ++i) {
    Queue::Place& place = queue.places[busy.size() + i];
    place.eta_s = std::llround(ends[i]);
    if (place.position > 0) place.start_s = std::llround(ends[i] - *median);
  }
  double last = 0;
  for (const double end : busy) last = std::max(last, end);
  for (const double end : ends) last = std::max(last, end);
  queue.all_done_s = std::llround(last);
  return queue;
}

ProgressRecord ProgressView::from_run(const Run& run, const Queue& queue) {
  ProgressRecord record;
  record.workspace = run.workspace;
  record.run = run;
  record.percent = run.percent;
  record.elapsed_s = run.seconds(queue.now);
  if (!is_active(run.state)) return record;
  const Queue::Place& place = queue.places.at(queue.by_workspace.at(run.workspace));
  record.run = place.run;
  record.state = place.run.state == RunState::running ? State::running : State::queued;
  record.percent = std::min(place.run.percent, 99);
  record.step = place.run.step;
  record.position = place.position;
  record.eta_s = place.eta_s;
  record.start_s = place.start_s;
  record.elapsed_s = place.run.seconds(queue.now);
  return record;
}

std::vector<ProgressRecord> ProgressView::build(const std::vector<WorkspaceStatus>& statuses) {
  const Queue queue = read_queue();
  Names names;
  for (const WorkspaceStatus& status : statuses) names.push_back(status.workspace);
  constexpr std::size_t k_read_all_from = 500;
  if (names.size() > k_read_all_from) names.clear();
  const auto newest = m_runs.newest(names);
  std::vector<ProgressRecord> records;
  for (const WorkspaceStatus& status : statuses) {
    ProgressRecord record;
    const auto place = queue.by_workspace.find(status.workspace);
    const auto run = newest.find(status.workspace);
    if (place != queue.by_workspace.end()) {
      record = from_run(queue.places[place->second].run, queue);
    } else if (run != newest.end()) {
      record = from_run(run->second, queue);
    }
    record.workspace = status.workspace;
    // A run that became active between the two looks counts; else the workspace's own state does.
    if (place == queue.by_workspace.end()) {
      record.state = status.state == State::queued || status.state == State::running
                         ? (status.runs.active ? State::queued : status.state)
                         : status.state;
      record.detail = status.detail;
      if (status.state == State::upgraded) record.percent = 100;
      if (status.state == State::pending) record.percent = 0;
      if (status.state == State::unknown) record.percent.reset();
      if (record.percent == 100 && status.state != State::upgraded) record.percent = 99;
      if (status.state == State::upgraded) record.eta_s = 0;
    } else if (queue.places[place->second].run.detail) {
      record.detail = *queue.places[place->second].run.detail;
    }
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<ProgressRecord> ProgressView::of(const std::vector<std::string>& names) {
  return build(m_inspector.inspect(names, m_target));
}

std::vector<ProgressRecord> ProgressView::of_all(std::vector<std::string>& down) {
  return build(m_inspector.inspect_all(m_target, false, down));
}

std::vector<ProgressRecord> ProgressView::of_active() {
  const Queue queue = read_queue();
  std::vector<ProgressRecord> records;
  for (const Queue::Place& place : queue.places) records.push_back(from_run(place.run, queue));
  return records;
}

std::vector<ProgressRecord> ProgressView::again(const std::vector<ProgressRecord>& before) {
  // A run whose ws-upgrade died must not be followed for ever.
  settle_before_looking(m_config, m_control, m_inspector, "ws-progress");
  const Queue queue = read_queue();
  std::vector<ProgressRecord> records = before;
  std::vector<std::string> to_look_at;
  for (ProgressRecord& record : records) {
    const auto place = queue.by_workspace.find(record.workspace);
    if (place != queue.by_workspace.end()) {
      const int shown = record.percent.value_or(0);
      const bool same_run = record.run && record.run->id == queue.places[place->second].run.id;
      record = from_run(queue.places[place->second].run, queue);
      if (same_run) record.percent = std::max(shown, *record.percent);
    } else if (record.state == State::queued || record.state == State::running) {
      to_look_at.push_back(record.workspace);
    }
  }
  if (to_look_at.empty()) return records;
  std::map<std::string, ProgressRecord> fresh;
  for (ProgressRecord& record : of(to_look_at)) fresh[record.workspace] = std::move(record);
  for (ProgressRecord& record : records) {
    const auto found = fresh.find(record.workspace);
    if (found != fresh.end()) record = found->second;
  }
  return records;
}

Forecast ProgressView::forecast(std::optional<WallTime> until) {
  const Queue queue = read_queue();
  Forecast forecast;
  forecast.paused = PauseStore(m_control, m_config.database.schema).find().has_value();
  forecast.slots = m_config.upgrade.slots;
  forecast.median_s = m_model.median_s();
  for (const Queue::Place& place : queue.places) {
    (place.run.state == RunState::running ? forecast.running : forecast.queued) += 1;
    if (!until || place.run.state == RunState::running || !place.eta_s) continue;
    const std::int64_t starts_s = *place.eta_s - forecast.median_s.value_or(0);
    if (queue.now + std::chrono::seconds(starts_s) >= *until) ++forecast.left;
  }
  if (forecast.paused) {
    if (until) forecast.left = forecast.queued;
    return forecast;
  }
  if (queue.all_done_s) forecast.finish_at = queue.now + std::chrono::seconds(*queue.all_done_s);
  if (queue.places.empty()) forecast.finish_at = queue.now;
  return forecast;
}

}  // namespace upkeep::ws
