// SPDX-License-Identifier: MIT
#include "upgrade/runner/slot_lock.hpp"

#include "base/boot_time.hpp"
#include "db/named_lock.hpp"
#include "upgrade/model/progress.hpp"
#include "upgrade/runner/slot_wait.hpp"
#include "upgrade/store/run_percent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include <unistd.h>

namespace upkeep::upgrade {

namespace {

using std::chrono::milliseconds;

Deadline deadline_of(const TakeRequest& request) {
  Deadline deadline;
  if (request.wait) deadline = Deadline::in(*request.wait);
  if (request.not_after)
    deadline = std::min(deadline, Deadline::in(*request.not_after - wall_now()));
  return deadline;
}

}  // namespace

SlotLock::SlotLock(const config::Config& config, const HostState& host, const EventLog& events)
    : m_config(config), m_host(host), m_events(events) {
  connect();
}

SlotLock::~SlotLock() = default;

void SlotLock::connect() {
  auto session = std::make_unique<SlotSession>(m_config, m_host, m_events);
  db::prepare_lock_session(session->connection, m_config.upgrade.lease);
  if (m_prefix.empty()) {
    m_prefix = "upkeep:" + session->runs.installation();
    session->leases.ensure_slots(m_config.upgrade.slots);
    // Refuse a server without real locks before anything is queued.
    const std::string probe = db::lock_name(m_prefix, fmt::format("probe:{}", ::getpid()));
    if (!db::get_lock(session->connection, probe, std::chrono::seconds(0)) ||
        !db::holds_lock(session->connection, probe)) {
      throw Error(ExitStatus::unavailable,
                  fmt::format("GET_LOCK does not lock on {}", session->connection.where()),
                  "locks are required: connect to the server directly, without a pool or proxy");
    }
    db::release_lock(session->connection, probe);
  }
  session->prefix = m_prefix;
  const std::lock_guard guard(m_session_mutex);
  m_session = std::move(session);
}

bool SlotLock::reconnect_within(Deadline deadline) {
  while (!m_stop.is_set()) {
    try {
      connect();
      // A node outside its cluster accepts connections, but cannot read tables.
      m_session->runs.installation();
      return true;
    } catch (const db::Error& error) {
      if (!error.connection_lost()) throw;
    }
    if (deadline.has_passed()) return false;
    std::this_thread::sleep_for(milliseconds(250));
  }
  return false;
}

void SlotLock::stop() {
  m_stop.set();
  cut();
}

void SlotLock::cut() {
  const std::lock_guard guard(m_session_mutex);
  if (m_session) m_session->connection.abort();
}

Taken SlotLock::take(const TakeRequest& request) {
  const Deadline deadline = deadline_of(request);
  for (;;) {
    try {
      if (!m_session) connect();  // it was lost while the previous run ended
      return SlotWait(m_config, m_host, m_stop, *m_session, m_in_doubt).take(request, deadline);
    } catch (const db::Error& error) {
      if (m_stop.is_set()) return stopped();
      if (!error.connection_lost()) throw;
      const Deadline patience = Deadline::in(m_config.upgrade.lease);
      if (!reconnect_within(std::min(deadline, patience)) && !m_stop.is_set()) throw;
    }
  }
}

/// stop() may cut the connection just when a lease is being committed.
Taken SlotLock::stopped() {
  if (!m_in_doubt) return {};
  try {
    connect();
    SlotWait wait(m_config, m_host, m_stop, *m_session, m_in_doubt);
    if (auto taken = wait.taken_after_all()) return std::move(*taken);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the next tool recovers it
  }
  return {};
}

void SlotLock::give_back(const Taken& taken) {
  connect();
  m_session->leases.give_back(taken.lease);
  if (taken.run_lock) m_host.forget_run(taken.run.id, taken.run_lock);
}

Move SlotLock::move(const Lease& lease, const std::string& server) {
  if (!m_session) connect();
  return m_session->leases.move(lease, server, ServerBounds(m_config).of(server));
}

Renewal SlotLock::renew(const Lease& lease, const std::optional<RunProgress>& progress) {
  try {
    if (!m_session) connect();
    if (!m_session->leases.renew(lease)) return Renewal::lost;
    // The row is authoritative. The named lock keeps the waiters in order: reacquire it if it was
    // lost with a connection, unless the next waiter already has it and waits for our lease to end.
    const std::string name = m_session->slot_lock(lease.slot);
    if (!db::holds_lock(m_session->connection, name) &&
        db::get_lock(m_session->connection, name, std::chrono::seconds(0))) {
      m_events.write("", lease.run, "named lock was lost and is held again", Severity::warning);
    }
    if (progress) m_session->runs.progress(lease, *progress);
    return Renewal::renewed;
  } catch (const Error&) {
    // Whatever the error was, only a new session can help.
    const std::lock_guard guard(m_session_mutex);
    m_session.reset();
    return Renewal::unreachable;
  }
}

int SlotLock::percent_by_now(const Run& run, const guard::Status& status) {
  try {
    if (!m_session) connect();
    const auto outline = outline_of(m_config.profiles.at(m_config.upgrade.profile));
    return upgrade::percent_by_now(m_session->runs, outline, run, status);
  } catch (const Error&) {
    const std::lock_guard guard(m_session_mutex);
    m_session.reset();  // end() reconnects, and waits for an unavailable database
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

/// Releases the slot with `write`. @param state the state of the run once `write` is committed
std::optional<bool> SlotLock::leave(const Lease& lease, RunState state,
                                    const std::function<bool()>& write) {
  // The analyzer does not see that the loop continues after the catch.
  // NOLINTNEXTLINE(clang-analyzer-deadcode.DeadStores)
  const Deadline patience = Deadline::in(m_config.upgrade.lease);
  for (;;) {
    try {
      if (!m_session) connect();
      const bool ours = write();
      db::release_lock(m_session->connection, m_session->slot_lock(lease.slot));
      if (ours) return true;
      // The COMMIT may have succeeded although its answer was lost: then this is what we wrote.
      const auto run = m_session->runs.find(lease.run);
      if (!run || run->state != state) return false;
      return state == RunState::queued || (run->slot == lease.slot && run->epoch == lease.epoch);
    } catch (const db::Error& error) {
      if (!error.connection_lost() && !error.retryable() && !error.read_only()) throw;
      const std::lock_guard guard(m_session_mutex);
      m_session.reset();
    }
    if (patience.has_passed()) return std::nullopt;
    std::this_thread::sleep_for(milliseconds(250));
  }
}

}  // namespace upkeep::upgrade
