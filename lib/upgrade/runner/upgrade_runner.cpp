// SPDX-License-Identifier: MIT
#include "upgrade/runner/upgrade_runner.hpp"

#include "base/boot_time.hpp"
#include "db/migration.hpp"
#include "upgrade/model/slot_rules.hpp"
#include "upgrade/model/stop_rules.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include <poll.h>

namespace upkeep::upgrade {

namespace {

// The promise: an abandoned run of this host is recovered within 5 s. If hundreds of processes are
// waiting, they check less often.
constexpr std::chrono::milliseconds k_recover_every{2000};
constexpr std::chrono::milliseconds k_more_for_each_run{50};
// The probes decide the result of a whole run, so they get more time than for a mere display.
constexpr std::chrono::seconds k_query_limit{15};

}  // namespace

UpgradeRunner::Session::Session(const config::Config& config)
    : connection(connect_control(config)),
      runs(connection, config.database.schema),
      pause(connection, config.database.schema),
      sweeps(connection, config.database.schema),
      inspector(config, connection) {
  inspector.limit_queries(k_query_limit);
}

UpgradeRunner::UpgradeRunner(const config::Config& config, Interrupts& interrupts)
    : m_config(config),
      m_bounds(config),
      m_interrupts(interrupts),
      m_events(config, "ws-upgrade"),
      m_host(HostState::open(config.upgrade.state_dir)) {
  if (config.upgrade.command.empty()) {
    throw ConfigError("no [upgrade] command is configured",
                      "set it to the program that upgrades a workspace, see upkeep.toml(5)");
  }
  despite_cuts([&] {
    if (!m_session) m_session = std::make_unique<Session>(config);
    db::check_writes();
    recover_before_reading(config, m_session->connection, m_session->inspector, "ws-upgrade", true);
    m_lock = std::make_unique<SlotLock>(config, m_host, m_events);
  });
  m_worker = std::make_unique<Worker>();
}

UpgradeRunner::~UpgradeRunner() {
  if (m_lock) m_lock->stop();
}

bool UpgradeRunner::interrupted() {
  (void)m_interrupts.take();
  return m_interrupts.first().has_value();
}

bool UpgradeRunner::pause(std::chrono::milliseconds time) {
  pollfd signals{m_interrupts.fd(), POLLIN, 0};
  return ::poll(&signals, 1, poll_timeout(time)) > 0;
}

/// Waits out an outage shorter than lease_s.
UpgradeRunner::Session& UpgradeRunner::session() {
  constexpr std::chrono::milliseconds k_try_every{250};
  const Deadline patience = Deadline::in(m_config.upgrade.lease);
  for (bool cut = false;; cut = true) {
    try {
      if (cut) m_session = std::make_unique<Session>(m_config);
      m_session->runs.installation();
      return *m_session;
    } catch (const db::Error& error) {
      // A silent connection fails only after its timeout: try a new one in any case.
      const bool patient = !cut || !patience.has_passed();
      if (!error.connection_lost() || interrupted() || !patient) throw;
    }
    if (cut) pause(k_try_every);
  }
}

/// @returns false if the database is unavailable
bool UpgradeRunner::reconnect() {
  try {
    m_session = std::make_unique<Session>(m_config);
    return true;
  } catch (const db::Error&) {
    return false;
  }
}

void UpgradeRunner::despite_cuts(const std::function<void()>& work) {
  constexpr int k_most_cuts = 20;
  for (int cuts = 0;; ++cuts) {
    try {
      work();
      return;
    } catch (const db::Error& error) {
      const bool was_cut = m_session && error.connection_lost();
      if (!was_cut || cuts == k_most_cuts || interrupted() || !reconnect()) throw;
    }
  }
}

WorkspaceStatus UpgradeRunner::look(const std::string& workspace, const std::string& target) {
  return session().inspector.inspect(workspace, target);
}

void UpgradeRunner::hurry(std::int64_t run) {
  Session& now = session();
  Recovery(m_config, now.connection, now.inspector, m_host, m_events).hurry(run);
}

ServerPlaces UpgradeRunner::places() {
  if (m_bounds.empty()) return {};
  recover_abandoned();
  Session& now = session();
  SlotStore slots(now.connection, now.runs, m_config.database.schema);
  const std::string prefix = "upkeep:" + now.runs.installation();
  ServerPlaces found = read_places(now.connection, slots, m_bounds, prefix);
  bool freed = false;
  for (const SlotRow& row : found.rows) {
    if (!is_stale(row)) continue;
    Recovery recovery(m_config, now.connection, now.inspector, m_host, m_events);
    freed = recovery.look_after(row) || freed;
  }
  return freed ? read_places(now.connection, slots, m_bounds, prefix) : found;
}

ProgressModel UpgradeRunner::model_of(const Run& run) {
  return {session().runs.history().successes(run.target),
          outline_of(m_config.profiles.at(m_config.upgrade.profile)),
          {.workspace = run.workspace, .bytes = run.bytes}};
}

/// Recovers the runs of this host that no live process is in charge of.
void UpgradeRunner::recover_abandoned() {
  const auto runs = m_host.abandoned_runs();
  if (runs.empty()) return;
  try {
    Session& now = session();
    Recovery recovery(m_config, now.connection, now.inspector, m_host, m_events);
    for (const std::int64_t run : runs) recovery.recover(run);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the next call tries again
  }
}

/// Waits for the worker, which takes a slot.
Taken UpgradeRunner::take(const TakeRequest& request) {
  auto taking = m_worker->post([this, request] { return m_lock->take(request); });
  Deadline recover_at = Deadline::in(k_recover_every);
  bool stopping = false;
  while (!is_ready(taking)) {
    std::array<pollfd, 2> fds{{{m_interrupts.fd(), POLLIN, 0}, {m_worker->fd(), POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), 1000);
    m_worker->drain();
    if (interrupted()) {
      // Only once: a second call would cut the connection that cleans up after the first.
      if (!std::exchange(stopping, true)) m_lock->stop();
    } else if (recover_at.has_passed() && !is_ready(taking)) {
      recover_abandoned();
      const auto known = static_cast<std::int64_t>(m_host.known_runs().size());
      recover_at = Deadline::in(k_recover_every + known * k_more_for_each_run);
    }
  }
  Taken taken = taking.get();
  if (taken.result != TakeResult::taken || !m_interrupts.first()) return taken;
  // The signal arrived while the lease was being taken: give it back and start nothing.
  Taken stopped;
  m_worker->post([this, &taken] { m_lock->give_back(taken); }).get();
  return stopped;
}

/// The report if the workspace has been upgraded since the request, or cannot be inspected;
/// nullopt: it still needs the upgrade.
std::optional<RunReport> UpgradeRunner::not_pending_any_more(const Taken& taken,
                                                             const WorkspaceStatus& status) {
  if (status.target_holds == Answer::holds && !status.runs.last_failure) {
    return skipped(taken.run.workspace, "already upgraded", ExitStatus::ok, taken.run.id);
  }
  if (status.target_holds != Answer::unknown) return std::nullopt;
  return not_seen(status);
}

/// If the workspace is not on the server on which the run has a place, exchanges that place: the
/// server was not known when the run was queued, or the workspace has moved since. @returns why the
/// run cannot start now; nullopt: it has a place where its workspace is
std::optional<RunReport> UpgradeRunner::moved_to_full(Taken& taken, const WorkspaceStatus& status) {
  const auto server = endpoint_name_of(m_config, status.server);
  if (!server || server == taken.run.server) return std::nullopt;
  const Move move =
      m_worker->post([this, &taken, &server] { return m_lock->move(taken.lease, *server); }).get();
  if (move == Move::lost) {
    RunReport report = skipped(taken.run.workspace, "its lease was lost before it was started",
                               ExitStatus::lock_lost);
    report.put_back = true;
    return report;
  }
  if (move == Move::full) {
    RunReport report = skipped(
        taken.run.workspace,
        fmt::format("its workspace is on server {} now, whose slots are all taken", status.server),
        ExitStatus::try_later);
    report.put_back = true;
    return report;
  }
  taken.run.server = server;
  return std::nullopt;
}

/// Why the run is not started; nullopt: it is, and the size of its workspace is noted.
std::optional<RunReport> UpgradeRunner::cannot_start(Taken& taken, bool check_pending) {
  if (!check_pending && m_bounds.empty()) return std::nullopt;
  const WorkspaceStatus status = look(taken.run.workspace, taken.run.target);
  if (check_pending) {
    if (auto report = not_pending_any_more(taken, status)) return report;
  }
  taken.run.bytes = m_session->inspector.bytes_of(status);
  return moved_to_full(taken, status);
}

/// Ends a run without starting its command.
RunReport UpgradeRunner::end_unstarted(Taken& taken, const Fd& run_lock, RunReport report) {
  Ending ending;
  ending.state = report.state == "skipped" ? RunState::skipped : RunState::cancelled;
  ending.detail = report.detail;
  report.run = taken.run.id;
  taken.slot_lock.reset();
  const auto ended =
      m_worker->post([this, &taken, &ending] { return m_lock->end(taken.lease, ending, false); })
          .get();
  if (!ended) {
    report.status = worse(report.status, ExitStatus::unavailable);
    return report;
  }
  m_events.write(taken.run.workspace, taken.run.id,
                 fmt::format("{}: {}", report.state, report.detail));
  m_host.forget_run(taken.run.id, run_lock);
  return report;
}

/// Queues a run again whose command was not started, and whose host lock is free again.
RunReport UpgradeRunner::put_back(const Taken& taken, const Fd& run_lock, RunReport report) {
  report.run = taken.run.id;
  report.put_back = true;
  const auto ours =
      m_worker
          ->post([this, &taken, &report] { return m_lock->put_back(taken.lease, report.detail); })
          .get();
  if (!ours.value_or(false)) {
    report.status = worse(report.status, ours ? ExitStatus::lock_lost : ExitStatus::unavailable);
    report.put_back = false;
    if (ours) m_host.forget_run(taken.run.id, run_lock);  // the new holder records its end
    return report;
  }
  m_events.write(taken.run.workspace, taken.run.id, "back in the queue: " + report.detail);
  if (taken.run.origin == Origin::queue) m_host.forget_run(taken.run.id, run_lock);
  return report;
}

RunReport UpgradeRunner::work(Taken taken, const Fd& run_lock, bool check_pending) {
  std::optional<ProgressModel> model;
  try {
    if (auto report = cannot_start(taken, check_pending)) {
      if (!report->put_back) return end_unstarted(taken, run_lock, *report);
      taken.slot_lock.reset();
      return put_back(taken, run_lock, *report);
    }
    model = model_of(taken.run);
  } catch (const Error& error) {
    taken.slot_lock.reset();
    RunReport report =
        put_back(taken, run_lock, skipped(taken.run.workspace, error.message(), error.status()));
    if (!report.put_back) throw;
    return report;
  }
  const RunnerContext context{.config = m_config,
                              .host = m_host,
                              .events = m_events,
                              .interrupts = m_interrupts,
                              .worker = *m_worker,
                              .lock = *m_lock,
                              .run_lock = run_lock};
  Taken known;
  known.lease = taken.lease;
  known.run = taken.run;
  const RunReport report =
      Supervisor(context, std::move(taken), std::move(*model),
                 [this](const std::string& workspace, const std::string& target) {
                   return session().inspector.inspect_upgraded(workspace, target);
                 })
          .run();
  return report.put_back ? put_back(known, run_lock, report) : report;
}

}  // namespace upkeep::upgrade
