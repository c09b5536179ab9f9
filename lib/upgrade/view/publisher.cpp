// SPDX-License-Identifier: MIT
#include "upgrade/view/publisher.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "upgrade/queue/lost_jobs.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>
#include <thread>

#include <poll.h>

namespace upkeep::upgrade {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr int k_places = 8;
constexpr milliseconds k_look_at_least{1000}, k_look_at_most{4000};
constexpr milliseconds k_look_at_jobs_every{5000};
constexpr milliseconds k_give_up_after{900'000};
constexpr std::chrono::minutes k_kept_for{10};

/// Indexes of fields in a record. The times change every second and are not worth a write.
constexpr std::size_t k_state = 1, k_position = 3, k_eta = 4, k_start = 6, k_poll = 8, k_as_of = 9;
/// For a page that polls this rarely, an older file is good enough.
constexpr std::int64_t k_far_poll_s = 10;

bool waits(const ProgressRecord& record) {
  return record.state == State::queued || record.state == State::running;
}

/// How long a page should wait before it polls again, in seconds: a run progresses every few
/// seconds, but a position far back in the queue does not, and a thousand pages share one server.
std::optional<std::int64_t> poll_interval(const ProgressRecord& record, std::int64_t active) {
  constexpr std::int64_t k_longest = 30;
  if (record.gate_closed) return k_longest;
  switch (record.state) {
    case State::running:
      return std::min(2 + active / 200, k_longest);
    case State::queued: {
      const std::int64_t far =
          record.start ? record.start->count() / 10 : record.position.value_or(0);
      return std::clamp(far, std::min(2 + active / 100, k_longest), k_longest);
    }
    case State::pending:
      return 5;
    default:
      return std::nullopt;
  }
}

/// The line, padded to a fixed length: a web server reads a file's length before it opens it, and
/// if the file has been replaced in between, visitors would get truncated content or NUL bytes.
std::string padded(std::string json) {
  constexpr std::size_t k_block = 1024;  // enough for a record with the longest step
  json.append(k_block - 1 - json.size() % k_block, ' ');
  return json + '\n';
}

/// Whether it waits far back in the queue: its position and times change with every run that ends,
/// and are not worth a write each time.
bool is_far(const Record& published) {
  const auto* poll = std::get_if<std::int64_t>(&published[k_poll].storage());
  return to_text(published[k_state]) == word(State::queued) && poll != nullptr &&
         *poll >= k_far_poll_s;
}

bool says_the_same(const Record& a, const Record& b, bool far) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i == k_eta || i == k_start || i == k_as_of) continue;
    if (far && (i == k_position || i == k_poll)) continue;
    if (a[i].storage().index() != b[i].storage().index() || to_text(a[i]) != to_text(b[i]))
      return false;
  }
  return true;
}

/// The time until the next look: the more workspaces wait, the less often each page polls.
milliseconds look_after(std::size_t active) {
  constexpr milliseconds k_each{4};
  return std::clamp(static_cast<std::int64_t>(active) * k_each, k_look_at_least, k_look_at_most);
}

/// The state shown to visitors: for a held workspace, only whether they may log in.
std::string_view published_state(const ProgressRecord& record) {
  if (!record.gate_closed) return word(record.state);
  return *record.gate_closed ? "closed" : "held";
}

}  // namespace

const std::vector<std::string>& published_columns() {
  static const std::vector<std::string> k_columns{"workspace", "state", "percent", "position",
                                                  "eta_s",     "step",  "start_s", "reference",
                                                  "poll_s",    "as_of", "retry_at"};
  return k_columns;
}

Record published_record(const ProgressRecord& record, std::int64_t active, WallTime now) {
  // The number with which a visitor can report a failure; no other internal detail is shown.
  std::optional<std::int64_t> reference;
  if (record.state == State::failed && record.run && !record.gate_closed)
    reference = record.run->id;
  return {record.workspace,
          published_state(record),
          record.percent,
          record.position,
          record.eta,
          record.step,
          record.start,
          reference,
          poll_interval(record, active),
          iso8601(now),
          record.retry_at ? Value(iso8601(*record.retry_at)) : Value()};
}

namespace {

std::string json_of(const Record& published) {
  ValueObject object;
  for (std::size_t i = 0; i < published.size(); ++i)
    object.emplace_back(published_columns()[i], published[i]);
  return to_json(object);
}

}  // namespace

StatusDirectory::StatusDirectory(const config::Config& config) : m_path(config.web.status_dir) {
  if (m_path.empty()) {
    throw ConfigError("no [web] status_dir is configured",
                      "name a directory that the web server can read, see upkeep-web(7)");
  }
  make_directory(m_path, 0755);
  for (int place = 0; place < k_places; ++place) {
    const fs::path path = m_path / (".place." + std::to_string(place));
    std::error_code error;
    // Read permission is enough to lock it.
    if (!fs::exists(path, error)) replace_file(path, "", 0644);
  }
}

void StatusDirectory::remember_unknown(const ProgressRecord& record, std::int64_t active) const {
  constexpr std::size_t k_names = 64;
  constexpr double k_seconds = 10;
  double uptime = 0;
  std::ifstream("/proc/uptime") >> uptime;  // a shell can read this without starting a process
  std::vector<std::string> lines{
      fmt::format("{:.0f} {} {}\n", std::floor(uptime), record.workspace,
                  json_of(published_record(record, active, wall_now())))};
  std::ifstream before(m_path / ".unknown");
  for (std::string line; lines.size() < k_names && std::getline(before, line);) {
    std::istringstream words(line);
    double at = 0;
    std::string name;
    words >> at >> name;
    if (name != record.workspace && at <= uptime && uptime - at <= k_seconds)
      lines.push_back(line + '\n');
  }
  replace_file(m_path / ".unknown", join(lines, ""), 0644);
}

void StatusDirectory::write(const ProgressRecord& record, std::int64_t active) {
  if (record.state == State::unknown) return;
  Record published = published_record(record, active, wall_now());
  const BootTime now = BootClock::now();
  const auto before = m_written.find(record.workspace);
  const bool far = before != m_written.end() && is_far(before->second.record) && is_far(published);
  const std::chrono::milliseconds kept = far ? k_far_refresh : k_refresh / 2;
  if (before != m_written.end() && now - before->second.at < kept &&
      says_the_same(before->second.record, published, far)) {
    return;
  }
  replace_file(m_path / (record.workspace + ".json"), padded(json_of(published)), 0644);
  m_written[record.workspace] = {std::move(published), now};
}

void StatusDirectory::sweep() {
  std::error_code error;
  std::set<fs::path> old;
  for (const auto& entry : fs::directory_iterator(m_path, error)) {
    if (entry.path().extension() != ".json") continue;
    const auto written = entry.last_write_time(error);
    if (!error && fs::file_time_type::clock::now() - written > k_kept_for) old.insert(entry.path());
  }
  for (const fs::path& path : old) {
    remove_quietly(path);
    m_written.erase(path.stem().string());
  }
}

Fd StatusDirectory::try_keeper_lock() const {
  Fd lock = open_lock_file(m_path / ".keeper");
  if (!try_lock(lock)) lock.reset();
  return lock;
}

Fd StatusDirectory::wait_for_turn() const {
  constexpr int k_tries = 40;
  constexpr std::chrono::milliseconds k_pause{50};
  Fd lock = open_lock_file(m_path / ".asked");
  for (int i = 0; i < k_tries; ++i) {
    if (try_lock(lock)) return lock;
    std::this_thread::sleep_for(k_pause);
  }
  throw Error(ExitStatus::try_later, "too many requests at once", "try again in a few seconds");
}

namespace {

/// Reads the records to publish from the database; reconnects after each failure.
class Keeper {
 public:
  Keeper(const config::Config& config, const std::string& target, const MakeBackend& make_backend)
      : m_config(config),
        m_target(target),
        m_steps(config),
        m_make_backend(make_backend),
        m_events(config, "ws-progress") {}

  /// The current records of all workspaces that are active now or were at the last look.
  std::vector<ProgressRecord> look(const std::vector<ProgressRecord>& known) {
    if (!m_view) {
      m_control.emplace(connect_control(m_config));
      m_view.emplace(m_config, *m_control, m_target);
    }
    if (m_jobs_at.has_passed()) {
      replace_lost_job(m_config, *m_control, m_events, m_make_backend);
      m_jobs_at = Deadline::in(k_look_at_jobs_every);
    }
    return m_steps.of(m_view->active_or_in(known));
  }
  void forget_connection() {
    m_view.reset();
    m_control.reset();
  }

 private:
  const config::Config& m_config;
  std::string m_target;
  PublicSteps m_steps;
  const MakeBackend& m_make_backend;
  EventLog m_events;
  std::optional<db::Connection> m_control;
  std::optional<ProgressView> m_view;
  Deadline m_jobs_at{BootTime()};
};

}  // namespace

ExitStatus keep_published(const config::Config& config, const std::string& target,
                          Interrupts& interrupts, const MakeBackend& make_backend) {
  StatusDirectory directory(config);
  Fd lock;
  Keeper keeper(config, target, make_backend);
  std::vector<ProgressRecord> known;
  Deadline give_up = Deadline::in(k_give_up_after);
  for (int turn = 0;; ++turn) {
    if (!lock) lock = directory.try_keeper_lock();
    if (!lock) return ExitStatus::ok;
    if (turn % 60 == 0) directory.sweep();
    try {
      auto records = keeper.look(known);
      known.clear();
      std::copy_if(records.begin(), records.end(), std::back_inserter(known), waits);
      const auto active = static_cast<std::int64_t>(known.size());
      for (const ProgressRecord& record : records) directory.write(record, active);
      give_up = Deadline::in(k_give_up_after);
      if (known.empty()) {
        lock.reset();
        // A process that started while we held the lock has already exited: find its run.
        if (keeper.look({}).empty()) return ExitStatus::ok;
        continue;
      }
    } catch (const Error& error) {
      if (error.status() != ExitStatus::unavailable && error.status() != ExitStatus::try_later)
        throw;
      // The files are not touched, so a page notices by their age.
      keeper.forget_connection();
      if (give_up.has_passed()) throw;
    }
    pollfd signals{interrupts.fd(), POLLIN, 0};
    ::poll(&signals, 1, poll_timeout(look_after(known.size())));
    if (interrupts.take()) return killed_by(*interrupts.first());
  }
}

}  // namespace upkeep::upgrade
