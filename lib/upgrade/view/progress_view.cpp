// SPDX-License-Identifier: MIT
#include "upgrade/view/progress_view.hpp"

#include "base/text.hpp"
#include "guard/loop/status.hpp"
#include "upgrade/model/retry.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/store/pause_store.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace upkeep::upgrade {

namespace {

constexpr std::chrono::seconds k_overdue{60};  // a job of at(1) starts within a minute
constexpr std::chrono::seconds k_late{10};     // an expected end is renewed by then

std::chrono::seconds seconds_between(WallTime from, WallTime to) {
  return std::chrono::duration_cast<std::chrono::seconds>(to - from);
}

/// The workspaces, the queue and the newest runs are read one after the other; if a run starts or
/// ends in between, the parts of a record contradict each other.
bool is_outdated(const WorkspaceStatus& status, const Run* newest, WallTime looked_at) {
  if (status.runs.active) return true;
  return newest != nullptr &&
         (is_active(newest->state) || (newest->ended_at && *newest->ended_at >= looked_at));
}

/// Replaces records by those of the same workspaces in `fresh`.
void replace(std::vector<ProgressRecord>& records, std::vector<ProgressRecord> fresh) {
  std::map<std::string, ProgressRecord> by_workspace;
  for (ProgressRecord& record : fresh) {
    std::string workspace = record.workspace;
    by_workspace.emplace(std::move(workspace), std::move(record));
  }
  for (ProgressRecord& record : records) {
    const auto found = by_workspace.find(record.workspace);
    if (found != by_workspace.end()) record = found->second;
  }
}

/// The percentage shown for a run never decreases.
void keep_percent(ProgressRecord& record, const ProgressRecord& shown) {
  const bool same_run = record.run && shown.run && record.run->id == shown.run->id;
  if (same_run && record.percent && record.state == State::failed) {
    record.percent = std::max(*record.percent, shown.percent.value_or(0));
  }
}

}  // namespace

/// An active run, with its expected start and end.
struct ProgressView::Place {
  Run run;
  std::optional<std::int64_t> position;  // runs ahead; none for a held one, which is not started
  std::optional<std::chrono::seconds> eta, start;
  std::optional<std::chrono::seconds>
      done;          // of a queued run: if the queue is processed from now on
  std::string held;  // since when, by whom, why; or by which sweep
  std::optional<bool> gate_closed;
};

/// The active runs.
struct ProgressView::Queue {
  std::vector<Place> places;  // running ones first
  std::map<std::string, std::size_t> by_workspace;
  WallTime now;
  std::optional<std::chrono::seconds> all_done;

  /// nullptr if the workspace has no active run.
  [[nodiscard]] const Place* place_of(const std::string& workspace) const {
    const auto found = by_workspace.find(workspace);
    return found == by_workspace.end() ? nullptr : &places[found->second];
  }
};

ProgressView::ProgressView(const config::Config& config, db::Connection& control,
                           const std::string& target)
    : m_config(config),
      m_bounds(config),
      m_control(control),
      m_target(target),
      m_inspector(config, control),
      m_runs(control, config.database.schema),
      m_history(m_runs.history().successes(target)),
      m_outline(outline_of(config.profiles.at(config.upgrade.profile))),
      m_model(m_history, m_outline),
      m_host(HostState::open_existing(config.upgrade.state_dir)) {
  recover_before_reading(config, control, m_inspector, "ws-progress");
}

/// If a run's ws-upgrade has died, only the guardian's counts are current.
void ProgressView::overlay_guardian(Run& run, WallTime now) const {
  if (!m_host || run.state != RunState::running || run.host != m_host->id()) return;
  const auto status = guard::read_status(m_host->status_path(run.id));
  if (!status || status->run != run.id || status->epoch != run.epoch) return;
  run.lines = std::max(run.lines, status->lines);
  if (!status->step.empty()) run.step = status->step;
  if (!m_host->try_run_lock(run.id)) return;  // its ws-upgrade records the rest
  const ProgressModel model(m_history, m_outline, {.workspace = run.workspace, .bytes = run.bytes});
  run.percent = std::max(run.percent, percent_by_status(model, *status, BootClock::now()));
  const bool is_late = !run.ends_at || *run.ends_at + k_late < now;
  const auto elapsed = now - run.started_at.value_or(now);
  const auto left =
      model
          .at(Moment::of(*status, std::chrono::duration<double>(elapsed).count(), BootClock::now()))
          .left;
  if (is_late && left) run.ends_at = now + std::chrono::milliseconds(std::llround(*left * 1000));
}

/// By the run's own account while it is renewed. One that is late has no ws-upgrade that says so,
/// and is unlikely to end at once.
std::optional<std::chrono::seconds> ProgressView::remaining_of(const Run& run, WallTime now) const {
  constexpr std::chrono::seconds k_least{1};
  if (!run.ends_at) {
    return m_model.remaining(run.elapsed(now).value_or(std::chrono::seconds(0)), run.percent);
  }
  const auto left = std::chrono::round<std::chrono::seconds>(*run.ends_at - now);
  return std::max(k_least, left + k_late >= std::chrono::seconds(0) ? left : -left / 2);
}

ProgressView::Queue ProgressView::read_queue() {
  Queue queue;
  queue.now = m_runs.server_now();
  std::vector<Run> runs = m_runs.queue().active();
  const StartBarriers barriers(m_control, m_config.database.schema, m_runs, runs, queue.now);
  std::vector<Expected> busy, due;
  std::vector<std::size_t> waiting;  // indexes of the runs that will become due
  for (Run& run : runs) {
    overlay_guardian(run, queue.now);
    Place place;
    if (run.state == RunState::running) {
      place.position = 0;
      place.eta = remaining_of(run, queue.now);
      const double left = place.eta ? static_cast<double>(place.eta->count()) : 0;
      busy.push_back({left, run.server.value_or("")});
    } else if (const auto held = barriers.held(run)) {
      place.held = held->why;
      place.gate_closed = held->gate_closed;
    } else {
      place.position = static_cast<std::int64_t>(busy.size() + waiting.size());
      waiting.push_back(queue.places.size());
      const std::chrono::seconds late = seconds_between(run.due_at, queue.now);
      const std::chrono::seconds due_in = std::max(-late, std::chrono::seconds(0));
      due.push_back({static_cast<double>(due_in.count()), run.server.value_or("")});
      // The next one starts when it is due, even without history; if it is long overdue, that is
      // unknown.
      const bool starts = late < k_overdue && !barriers.is_unattended(run);
      if (place.position == 0 && starts) place.start = due_in;
    }
    queue.by_workspace[run.workspace] = queue.places.size();
    place.run = std::move(run);
    queue.places.push_back(std::move(place));
  }
  m_active = static_cast<std::int64_t>(queue.places.size());
  predict(queue, barriers, waiting, busy, due);
  return queue;
}

/// When each queued run ends, if each takes `median`.
std::vector<double> ProgressView::ends_of(const std::vector<Expected>& busy,
                                          const std::vector<Expected>& due, double median) const {
  if (!m_bounds.empty())
    return finish_times(busy, due, m_config.upgrade.slots, m_bounds.all(), median);
  const auto seconds = [](const std::vector<Expected>& runs) {
    std::vector<double> times;
    times.reserve(runs.size());
    for (const Expected& run : runs) times.push_back(run.seconds);
    return times;
  };
  return finish_times(seconds(busy), seconds(due), m_config.upgrade.slots, median);
}

/// When the waiting runs start and end, and the whole queue. Nothing without history, except the
/// order, which differs from that of the queue if servers are bounded.
void ProgressView::predict(Queue& queue, const StartBarriers& barriers,
                           const std::vector<std::size_t>& waiting,
                           const std::vector<Expected>& busy,
                           const std::vector<Expected>& due) const {
  const auto median = m_model.median();
  if (!m_bounds.empty()) {
    const auto order = places_in_order(ends_of(busy, due, median.value_or(1)));
    for (std::size_t i = 0; i < order.size(); ++i) {
      queue.places[waiting[i]].position = static_cast<std::int64_t>(busy.size() + order[i]);
    }
  }
  if (!median) return;
  const auto ends = ends_of(busy, due, *median);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    Place& place = queue.places[waiting[i]];
    place.done = std::chrono::seconds(std::llround(ends[i]));
    if (barriers.is_unattended(place.run)) continue;
    place.eta = place.done;
    if (place.position != 0) place.start = std::chrono::seconds(std::llround(ends[i] - *median));
  }
  double last = 0;
  for (const Expected& run : busy) last = std::max(last, run.seconds);
  for (const double end : ends) last = std::max(last, end);
  queue.all_done = std::chrono::seconds(std::llround(last));
}

ProgressRecord ProgressView::from_place(const Place& place, WallTime now) {
  ProgressRecord record;
  record.workspace = place.run.workspace;
  record.run = place.run;
  record.state = place.run.state == RunState::running ? State::running : State::queued;
  record.percent = std::min(place.run.percent, 99);
  record.step = place.run.step;
  record.position = place.position;
  record.eta = place.eta;
  record.start = place.start;
  record.elapsed = place.run.elapsed(now);
  record.detail = place.run.detail.value_or("");
  if (!place.held.empty()) add_clause(record.detail, place.held);
  record.gate_closed = place.gate_closed;
  return record;
}

ProgressRecord ProgressView::from_status(const WorkspaceStatus& status, const Run* newest,
                                         WallTime now) const {
  ProgressRecord record;
  record.workspace = status.workspace;
  record.state = status.state;
  record.detail = status.detail;
  if (newest != nullptr) {
    record.run = *newest;
    record.percent = newest->percent;
    record.elapsed = newest->elapsed(now);
  }
  if (status.state == State::upgraded) record.percent = 100;
  if (status.state == State::pending) record.percent = 0;
  if (status.state == State::unknown) record.percent.reset();
  if (record.percent == 100 && status.state != State::upgraded) record.percent = 99;
  if (status.state == State::upgraded) record.eta = std::chrono::seconds(0);
  const bool to_be_upgraded = status.state == State::pending || status.state == State::failed;
  if (to_be_upgraded && status.hold) record.gate_closed = status.hold->gate_closed;
  if (status.state == State::failed) record.retry_at = retry_from(status.runs, m_config.schedule);
  return record;
}

std::vector<ProgressRecord> ProgressView::look(
    const std::function<std::vector<WorkspaceStatus>()>& inspect, int looks_left) {
  const WallTime looked_at = m_runs.server_now();
  const auto statuses = inspect();
  const Queue queue = read_queue();
  Names names;
  for (const WorkspaceStatus& status : statuses) names.push_back(status.workspace);
  constexpr std::size_t k_read_all_from = 500;
  const auto newest = m_runs.history().newest(names.size() > k_read_all_from ? Names{} : names);
  std::vector<ProgressRecord> records;
  Names outdated;
  for (const WorkspaceStatus& status : statuses) {
    if (const Place* place = queue.place_of(status.workspace)) {
      records.push_back(from_place(*place, queue.now));
      continue;
    }
    const auto found = newest.find(status.workspace);
    const Run* run = found == newest.end() ? nullptr : &found->second;
    if (is_outdated(status, run, looked_at)) outdated.push_back(status.workspace);
    records.push_back(from_status(status, run, queue.now));
  }
  if (outdated.empty() || looks_left == 0) return records;
  replace(records, look([&] { return m_inspector.inspect(outdated, m_target); }, looks_left - 1));
  return records;
}

std::vector<ProgressRecord> ProgressView::of(const std::vector<std::string>& names) {
  return look([&] { return m_inspector.inspect(names, m_target); });
}

std::vector<ProgressRecord> ProgressView::of_all(std::vector<std::string>& down) {
  return look([&] { return m_inspector.inspect_all(m_target, false, down); });
}

std::vector<ProgressRecord> ProgressView::of_active() {
  const Queue queue = read_queue();
  std::vector<ProgressRecord> records;
  for (const Place& place : queue.places) records.push_back(from_place(place, queue.now));
  return records;
}

std::vector<ProgressRecord> ProgressView::again(const std::vector<ProgressRecord>& before) {
  // A run whose ws-upgrade died must not be followed indefinitely.
  recover_before_reading(m_config, m_control, m_inspector, "ws-progress");
  const Queue queue = read_queue();
  std::vector<ProgressRecord> records = before;
  std::vector<std::string> to_look_at;
  for (ProgressRecord& record : records) {
    if (const Place* place = queue.place_of(record.workspace)) {
      const int shown = record.percent.value_or(0);
      const bool same_run = record.run && record.run->id == place->run.id;
      record = from_place(*place, queue.now);
      if (same_run) record.percent = std::max(shown, *record.percent);
    } else if (record.state == State::queued || record.state == State::running) {
      to_look_at.push_back(record.workspace);
    }
  }
  if (to_look_at.empty()) return records;
  const std::vector<ProgressRecord> shown = records;
  replace(records, of(to_look_at));
  for (std::size_t i = 0; i < records.size(); ++i) keep_percent(records[i], shown[i]);
  return records;
}

std::vector<ProgressRecord> ProgressView::active_or_in(const std::vector<ProgressRecord>& before) {
  recover_before_reading(m_config, m_control, m_inspector, "ws-progress");
  const Queue queue = read_queue();
  std::vector<ProgressRecord> records;
  for (const Place& place : queue.places) records.push_back(from_place(place, queue.now));
  std::vector<std::string> to_look_at;
  for (const ProgressRecord& known : before) {
    const auto place = queue.by_workspace.find(known.workspace);
    if (place == queue.by_workspace.end()) {
      to_look_at.push_back(known.workspace);
    } else if (ProgressRecord& now = records[place->second];
               known.run && known.run->id == now.run->id) {
      now.percent = std::max(now.percent, known.percent);
    }
  }
  if (to_look_at.empty()) return records;
  for (ProgressRecord& record : of(to_look_at)) records.push_back(std::move(record));
  return records;
}

Forecast ProgressView::forecast(std::optional<WallTime> until) {
  const Queue queue = read_queue();
  Forecast forecast;
  forecast.paused = PauseStore(m_control, m_config.database.schema).find().has_value();
  forecast.slots = m_config.upgrade.slots;
  forecast.median = m_model.whole_median();
  for (const Place& place : queue.places) {
    (place.run.state == RunState::running ? forecast.running : forecast.queued) += 1;
    if (!until || place.run.state == RunState::running) continue;
    if (!place.held.empty()) ++forecast.left;
    if (!place.done) continue;
    const auto starts_in = *place.done - forecast.median.value_or(std::chrono::seconds(0));
    if (queue.now + starts_in >= *until) ++forecast.left;
  }
  if (forecast.paused) {
    if (until) forecast.left = forecast.queued;
    return forecast;
  }
  if (queue.all_done) forecast.finish_at = queue.now + *queue.all_done;
  if (queue.places.empty()) forecast.finish_at = queue.now;
  return forecast;
}

}  // namespace upkeep::upgrade
