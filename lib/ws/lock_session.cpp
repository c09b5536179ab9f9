// SPDX-License-Identifier: MIT
#include "ws/lock_session.hpp"

#include "base/file.hpp"
#include "db/named_lock.hpp"
#include "ws/endpoint.hpp"
#include "ws/inspector.hpp"
#include "ws/log_files.hpp"
#include "ws/progress.hpp"
#include "ws/settler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <thread>

#include <unistd.h>

namespace upkeep::ws {

namespace {

using std::chrono::milliseconds;

// The one process at the head of the row looks this often; two waiting processes hand over within
// it.
constexpr milliseconds k_look_every{40};
// A wait in GET_LOCK is this long at most; the socket's keepalive notices a vanished server sooner.
constexpr int k_longest_wait_s = 600;
constexpr std::int64_t k_for_ever = std::numeric_limits<std::int64_t>::max();

std::int64_t deadline_of(const std::optional<milliseconds>& wait) {
  return wait ? boot_clock_ms() + wait->count() : k_for_ever;
}

db::Endpoint lock_endpoint(const config::Config& config) {
  db::Endpoint endpoint = endpoint_of(config.database, "");
  endpoint.read_timeout_s = k_longest_wait_s + 60;
  endpoint.obeys_read_only = true;
  endpoint.can_abort = true;
  return endpoint;
}

}  // namespace

/// One connection and what stands on it; made anew after each cut.
struct LockSession::Session {
  Session(const config::Config& config, const HostState& host, const EventLog& events)
      : connection(lock_endpoint(config)),
        runs(connection, config.database.schema),
        leases(connection, runs, config.database.schema),
        inspector(config, connection),
        settler(config, connection, inspector, host, events),
        holds(connection, config.database.schema) {}
  db::Connection connection;
  RunStore runs;
  LeaseStore leases;
  Inspector inspector;
  Settler settler;
  HoldStore holds;
};

LockSession::LockSession(const config::Config& config, const HostState& host,
                         const EventLog& events)
    : m_config(config), m_host(host), m_events(events) {
  connect();
}

LockSession::~LockSession() = default;

void LockSession::connect() {
  auto session = std::make_unique<Session>(m_config, m_host, m_events);
  db::prepare_lock_session(session->connection, m_config.upgrade.lease_s);
  if (m_prefix.empty()) {
    m_prefix = "upkeep:" + session->runs.installation();
    session->leases.ensure_slots(m_config.upgrade.slots);
    // A server that gives no real lock is refused before anything is queued behind it.
    const std::string probe = db::lock_name(m_prefix, fmt::format("probe:{}", ::getpid()));
    if (!db::get_lock(session->connection, probe, 0) ||
        !db::holds_lock(session->connection, probe)) {
      throw Error(ExitStatus::unavailable,
                  fmt::format("GET_LOCK gives no lock on {}", session->connection.where()),
                  "nothing runs unlocked: connect to the server itself, without a pool or proxy");
    }
    db::release_lock(session->connection, probe);
  }
  const std::lock_guard guard(m_session_mutex);
  m_session = std::move(session);
}

bool LockSession::reconnect_within(std::int64_t deadline_ms) {
  while (!m_stop) {
    try {
      connect();
      return true;
    } catch (const db::Error& error) {
      if (!error.connection_lost()) throw;
    }
    if (boot_clock_ms() >= deadline_ms) return false;
    std::this_thread::sleep_for(milliseconds(250));
  }
  return false;
}

void LockSession::stop() {
  m_stop = true;
  cut();
}

void LockSession::cut() {
  const std::lock_guard guard(m_session_mutex);
  if (m_session) m_session->connection.abort();
}

std::string LockSession::turn_lock() const {
  return db::lock_name(m_prefix, "turn");
}

std::string LockSession::slot_lock(int slot) const {
  return db::lock_name(m_prefix, fmt::format("slot:{}", slot));
}

Taken LockSession::take(const TakeRequest& request) {
  std::int64_t deadline = deadline_of(request.wait);
  if (request.not_after) {
    deadline = std::min(deadline, boot_clock_ms() + (*request.not_after - wall_now()).count());
  }
  for (;;) {
    try {
      if (!m_session) connect();  // cut while the run before came to its end
      if (auto earlier = taken_after_all()) return std::move(*earlier);
      Taken taken;
      taken.result = wait_for_turn(request, deadline);
      if (taken.result != TakeResult::taken) {
        taken.waited_for = "its turn: others were first";
        return taken;
      }
      taken = wait_for_slot(request, deadline);
      db::release_lock(m_session->connection, turn_lock());
      return taken;
    } catch (const db::Error& error) {
      if (m_stop) return stopped();
      if (!error.connection_lost()) throw;
      const std::int64_t patience = boot_clock_ms() + 1000LL * m_config.upgrade.lease_s;
      if (!reconnect_within(std::min(deadline, patience)) && !m_stop) throw;
    }
  }
}

TakeResult LockSession::wait_for_turn(const TakeRequest&, std::int64_t deadline_ms) {
  while (!m_stop) {
    std::int64_t left_s = k_longest_wait_s;
    if (deadline_ms != k_for_ever) {
      left_s = std::clamp<std::int64_t>((deadline_ms - boot_clock_ms() + 999) / 1000, 0, left_s);
    }
    if (db::get_lock(m_session->connection, turn_lock(), static_cast<int>(left_s)))
      return TakeResult::taken;
    if (boot_clock_ms() >= deadline_ms) return TakeResult::timed_out;
  }
  return TakeResult::stopped;
}

Taken LockSession::wait_for_slot(const TakeRequest& request, std::int64_t deadline_ms) {
  std::string waits_for;
  while (!m_stop) {
    if (request.not_after && wall_now() >= *request.not_after) {
      Taken late;
      late.result = TakeResult::timed_out;
      return late;
    }
    for (int slot = 1; slot <= m_config.upgrade.slots; ++slot) {
      if (!db::get_lock(m_session->connection, slot_lock(slot), 0)) {
        waits_for = fmt::format("slot {}: an upgrade holds it", slot);
        // Only a frozen ws-upgrade of this host keeps its session and does not renew.
        if (const auto row = m_session->leases.row(slot); row && row->run && row->is_stale()) {
          m_session->settler.settle(*row->run);
        }
        continue;
      }
      auto taken = try_slot(slot, request, waits_for);
      if (taken && taken->result == TakeResult::taken) return std::move(*taken);
      db::release_lock(m_session->connection, slot_lock(slot));
      if (taken) return std::move(*taken);
    }
    if (boot_clock_ms() >= deadline_ms) {
      Taken taken;
      taken.result = TakeResult::timed_out;
      taken.waited_for = waits_for;
      return taken;
    }
    std::this_thread::sleep_for(k_look_every);
  }
  return {};
}

/// With the slot's named lock held. nullopt: something is in the way, look again later.
std::optional<Taken> LockSession::try_slot(int slot, const TakeRequest& request,
                                           std::string& waits_for) {
  if (!free_slot(slot, waits_for)) return std::nullopt;
  auto host_lock = m_host.try_slot_lock(slot);
  if (!host_lock) {
    waits_for =
        fmt::format("the host lock of slot {}: a command, or what it left behind, holds it", slot);
    return std::nullopt;
  }
  Taken taken;
  const auto run = request.run ? m_session->runs.find(*request.run) : m_session->runs.next_due();
  if (!run || run->state != RunState::queued) {
    taken.result = request.run ? TakeResult::not_queued : TakeResult::nothing_due;
    return taken;
  }
  if (request.run && !request.ignore_marker && m_session->holds.find(run->workspace)) {
    taken.result = TakeResult::held;
    return taken;
  }
  if (!request.ignore_marker && marker_in_the_way(*run, waits_for)) return std::nullopt;
  taken.lease.slot = slot;
  taken.run = *run;
  taken.slot_lock = std::move(*host_lock);
  // Before the lease: whoever finds the run running has to see who looks after it.
  if (!request.run_is_held) {
    auto run_lock = m_host.try_hold_run(run->id);
    if (!run_lock) {
      waits_for = fmt::format("run {}: another process looks at what is left of it", run->id);
      return std::nullopt;
    }
    taken.run_lock = std::move(*run_lock);
  }
  taken.leased_at = boot_clock_ms();
  if (take_lease(taken, !request.run)) return taken;
  if (!request.run_is_held) m_host.forget_run(run->id);
  waits_for = fmt::format("slot {}: somebody else was faster", slot);
  return std::nullopt;
}

/// Where the connection is cut meanwhile, both locks are kept until it is known what was committed.
bool LockSession::take_lease(Taken& taken, bool from_queue) {
  const LeaseTerms terms{m_host.id(), ::getpid(), m_config.upgrade.lease_s,
                         m_config.upgrade.on_lock_loss};
  // What another run of this number left (of a database that was restored) is no word of this one.
  remove_quietly(m_host.status_path(taken.run.id));
  taken.run.log = new_run_log_path(m_config, taken.run.workspace, taken.run.id).string();
  try {
    const auto lease = m_session->leases.take(taken.lease.slot, m_config.upgrade.slots, taken.run,
                                              terms, *taken.run.log, from_queue);
    if (!lease) return false;
    taken.result = TakeResult::taken;
    taken.lease = *lease;
    return true;
  } catch (const db::Error& error) {
    if (error.connection_lost()) m_in_doubt = std::move(taken);
    throw;
  }
}

/// What was being taken when the connection was cut, where the server had committed it.
std::optional<Taken> LockSession::taken_after_all() {
  if (!m_in_doubt) return std::nullopt;
  const auto row = m_session->leases.row_at_rest(m_in_doubt->lease.slot);
  std::optional<Taken> taken = std::move(m_in_doubt);
  m_in_doubt.reset();
  if (row && row->run == taken->run.id && row->host == m_host.id()) {
    taken->result = TakeResult::taken;
    taken->lease = {row->slot, row->epoch, taken->run.id};
    return taken;
  }
  if (taken->run_lock) m_host.forget_run(taken->run.id);
  return std::nullopt;
}

/// stop() cuts the connection, and that may be at the moment when a lease is committed.
Taken LockSession::stopped() {
  if (!m_in_doubt) return {};
  try {
    connect();
    if (auto taken = taken_after_all()) return std::move(*taken);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the next tool that looks settles it
  }
  return {};
}

void LockSession::give_back(const Taken& taken) {
  connect();
  m_session->leases.give_back(taken.lease);
  if (taken.run_lock) m_host.forget_run(taken.run.id);
}

/// Whether the slot's row is free, after letting go of what its holder left.
bool LockSession::free_slot(int slot, std::string& waits_for) {
  const auto row = m_session->leases.row(slot);
  if (!row) {
    m_session->leases.ensure_slots(m_config.upgrade.slots);
    return false;
  }
  if (!row->run) return true;
  waits_for =
      fmt::format("run {}, which holds slot {} (host {}, last renewed {:.0f} s ago)", *row->run,
                  slot, row->host == m_host.id() ? "this one" : row->host, row->idle_s);
  if (row->host != m_host.id()) return m_session->settler.take_over(*row);
  m_session->settler.settle(*row->run);
  const auto after = m_session->leases.row(slot);
  if (after && !after->run) return true;
  // Its files are gone (a state directory that was cleaned): the host lock alone tells whether it
  // lives.
  if (!m_host.knows_run(*row->run) && row->is_stale() && m_host.try_slot_lock(slot)) {
    Ending ending;
    ending.state = RunState::lost;
    ending.detail = "nothing is left of it on its host";
    m_session->leases.end({slot, row->epoch, *row->run}, ending, false);
    return true;
  }
  return false;
}

/// An upgrade outside of upkeep is waited for like a lock; what our own failed run left behind is
/// not.
bool LockSession::marker_in_the_way(const Run& run, std::string& waits_for) {
  const Marker marker = read_marker(m_config.upgrade.marker);
  if (!marker.present) return false;
  if (!marker.workspace.empty()) {
    auto facts = m_session->runs.facts({marker.workspace}, run.target)[marker.workspace];
    if (facts.active && facts.active->id == run.id) facts.active.reset();
    if (is_leftover(marker, marker.workspace, facts)) return false;
  }
  // With several slots it may be what the command of a run of ours has written.
  for (const Run& active : m_session->runs.queue()) {
    if (active.state == RunState::running && marker.names(active.workspace, false)) return false;
  }
  waits_for =
      fmt::format("an upgrade outside of upkeep ({} names {})", m_config.upgrade.marker.string(),
                  marker.workspace.empty() ? "every workspace" : marker.workspace);
  return true;
}

Renewal LockSession::renew(const Lease& lease, const std::optional<RunProgress>& progress) {
  try {
    if (!m_session) connect();
    if (!m_session->leases.renew(lease)) return Renewal::lost;
    // The row is what counts. The named lock keeps the row of waiters in order: get it back where a
    // cut connection lost it, unless the next in line has it already and waits for our lease to
    // end.
    const std::string name = slot_lock(lease.slot);
    if (!db::holds_lock(m_session->connection, name) &&
        db::get_lock(m_session->connection, name, 0)) {
      m_events.write("", lease.run, "named lock was lost and is held again");
    }
    if (progress) m_session->runs.progress(lease.run, lease.epoch, *progress);
    return Renewal::renewed;
  } catch (const Error&) {
    // Whatever it was, a new session next time is the cure that can work.
    const std::lock_guard guard(m_session_mutex);
    m_session.reset();
    return Renewal::unreachable;
  }
}

int LockSession::percent_by_now(const std::string& target, const guard::Status& status) {
  try {
    if (!m_session) connect();
    const config::Profile& profile = m_config.profiles.at(m_config.upgrade.profile);
    return ProgressModel(m_session->runs.history(target), profile.steps).percent(status);
  } catch (const Error&) {
    const std::lock_guard guard(m_session_mutex);
    m_session.reset();  // end() connects, and waits for a database that is away
    return 0;
  }
}

std::optional<bool> LockSession::end(const Lease& lease, const Ending& ending, bool keep_slot) {
  const std::int64_t began = boot_clock_ms();  // NOLINT(clang-analyzer-deadcode.DeadStores): read
  for (;;) {
    try {
      if (!m_session) connect();
      const bool ours = m_session->leases.end(lease, ending, keep_slot);
      db::release_lock(m_session->connection, slot_lock(lease.slot));
      if (ours) return true;
      // The COMMIT may have arrived though its answer did not: then it is the ending we wrote.
      const auto run = m_session->runs.find(lease.run);
      return run && run->epoch == lease.epoch && run->state == ending.state;
    } catch (const db::Error& error) {
      if (!error.connection_lost() && !error.retryable() && !error.read_only()) throw;
      const std::lock_guard guard(m_session_mutex);
      m_session.reset();
    }
    if (boot_clock_ms() - began >= 1000LL * m_config.upgrade.lease_s) return std::nullopt;
    std::this_thread::sleep_for(milliseconds(250));
  }
}

}  // namespace upkeep::ws
