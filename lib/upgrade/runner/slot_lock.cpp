// SPDX-License-Identifier: MIT
#include "upgrade/runner/slot_lock.hpp"

#include "base/file.hpp"
#include "db/named_lock.hpp"
#include "upgrade/model/progress.hpp"
#include "upgrade/runner/log_files.hpp"
#include "upgrade/runner/slot_lock_session.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include <unistd.h>

namespace upkeep::upgrade {

namespace {

using std::chrono::milliseconds;

std::int64_t deadline_of(const std::optional<milliseconds>& wait) {
  return wait ? boot_clock_ms() + wait->count() : SlotLock::k_for_ever;
}

db::Endpoint lock_endpoint(const config::Config& config) {
  constexpr int k_more_than_any_wait_s = 60;
  db::Endpoint endpoint = endpoint_of(config.database, "");
  endpoint.read_timeout_s = SlotLock::k_longest_wait_s + k_more_than_any_wait_s;
  endpoint.obeys_read_only = true;
  endpoint.can_abort = true;
  return endpoint;
}

}  // namespace

SlotLock::Session::Session(const config::Config& config, const HostState& host,
                           const EventLog& events)
    : connection(lock_endpoint(config)),
      runs(connection, config.database.schema),
      leases(connection, runs, config.database.schema),
      inspector(config, connection),
      recovery(config, connection, inspector, host, events),
      holds(connection, config.database.schema) {}

SlotLock::SlotLock(const config::Config& config, const HostState& host, const EventLog& events)
    : m_config(config), m_host(host), m_events(events) {
  connect();
}

SlotLock::~SlotLock() = default;

void SlotLock::connect() {
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

bool SlotLock::reconnect_within(std::int64_t deadline_ms) {
  while (!m_stop) {
    try {
      connect();
      // A node outside of its cluster lets us in, but reads no table.
      m_session->runs.installation();
      return true;
    } catch (const db::Error& error) {
      if (!error.connection_lost()) throw;
    }
    if (boot_clock_ms() >= deadline_ms) return false;
    std::this_thread::sleep_for(milliseconds(250));
  }
  return false;
}

void SlotLock::stop() {
  m_stop = true;
  cut();
  m_stopping.notify_all();
}

void SlotLock::cut() {
  const std::lock_guard guard(m_session_mutex);
  if (m_session) m_session->connection.abort();
}

std::string SlotLock::turn_lock() const {
  return db::lock_name(m_prefix, "turn");
}

std::string SlotLock::slot_lock(int slot) const {
  return db::lock_name(m_prefix, fmt::format("slot:{}", slot));
}

Taken SlotLock::take(const TakeRequest& request) {
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

/// Where the connection is cut meanwhile, both locks are kept until it is known what was committed.
bool SlotLock::take_lease(Taken& taken, bool from_queue) {
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
std::optional<Taken> SlotLock::taken_after_all() {
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
Taken SlotLock::stopped() {
  if (!m_in_doubt) return {};
  try {
    connect();
    if (auto taken = taken_after_all()) return std::move(*taken);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the next tool that looks recovers it
  }
  return {};
}

void SlotLock::give_back(const Taken& taken) {
  connect();
  m_session->leases.give_back(taken.lease);
  if (taken.run_lock) m_host.forget_run(taken.run.id);
}

Renewal SlotLock::renew(const Lease& lease, const std::optional<RunProgress>& progress) {
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

int SlotLock::percent_by_now(const std::string& target, const guard::Status& status) {
  try {
    if (!m_session) connect();
    const config::Profile& profile = m_config.profiles.at(m_config.upgrade.profile);
    return ProgressModel(m_session->runs.history().successes(target), profile.steps)
        .percent(status);
  } catch (const Error&) {
    const std::lock_guard guard(m_session_mutex);
    m_session.reset();  // end() connects, and waits for a database that is away
    return 0;
  }
}

std::optional<bool> SlotLock::end(const Lease& lease, const Ending& ending, bool keep_slot) {
  return leave(lease, ending.state,
               [&] { return m_session->leases.end(lease, ending, keep_slot); });
}

std::optional<bool> SlotLock::put_back(const Lease& lease, const std::string& why) {
  return leave(lease, RunState::queued, [&] { return m_session->leases.give_back(lease, why); });
}

/// @param state what the run is in once `write` has been committed
std::optional<bool> SlotLock::leave(const Lease& lease, RunState state,
                                    const std::function<bool()>& write) {
  const std::int64_t began = boot_clock_ms();  // NOLINT(clang-analyzer-deadcode.DeadStores): read
  for (;;) {
    try {
      if (!m_session) connect();
      const bool ours = write();
      db::release_lock(m_session->connection, slot_lock(lease.slot));
      if (ours) return true;
      // The COMMIT may have arrived though its answer did not: then it is what we wrote.
      const auto run = m_session->runs.find(lease.run);
      return run && (run->epoch == lease.epoch || state == RunState::queued) && run->state == state;
    } catch (const db::Error& error) {
      if (!error.connection_lost() && !error.retryable() && !error.read_only()) throw;
      const std::lock_guard guard(m_session_mutex);
      m_session.reset();
    }
    if (boot_clock_ms() - began >= 1000LL * m_config.upgrade.lease_s) return std::nullopt;
    std::this_thread::sleep_for(milliseconds(250));
  }
}

}  // namespace upkeep::upgrade
