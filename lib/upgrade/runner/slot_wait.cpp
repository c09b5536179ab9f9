// SPDX-License-Identifier: MIT
#include "upgrade/runner/slot_wait.hpp"

#include "base/file.hpp"
#include "db/migration.hpp"
#include "db/named_lock.hpp"
#include "upgrade/model/slot_rules.hpp"
#include "upgrade/probe/marker_file.hpp"
#include "upgrade/runner/log_files.hpp"
#include "upgrade/store/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <unistd.h>

namespace upkeep::upgrade {

namespace {

using std::chrono::milliseconds;

// A wait for the only slot is divided into parts this long, to check its holder between them.
constexpr std::chrono::seconds k_longest_slot_wait{2};
constexpr milliseconds k_recover_frozen_every{1000};
// Polling starts at this interval and backs off to 640 ms.
constexpr milliseconds k_shortest_pause{40};

/// MySQL's GET_LOCK waits for whole seconds; rounded up.
std::chrono::seconds whole_seconds(milliseconds time) {
  return std::chrono::ceil<std::chrono::seconds>(time);
}

}  // namespace

Taken SlotWait::take(const TakeRequest& request, Deadline deadline) {
  if (auto earlier = taken_after_all()) return std::move(*earlier);
  Taken taken;
  for (;;) {
    taken = take_in_turn(request, deadline);
    if (taken.result != TakeResult::server_full) break;
    // Without the turn, so that runs on other servers can start.
    if (m_next_on != taken.run.server) leave_server();
    taken.result = wait_for_server(*taken.run.server, deadline);
    if (taken.result != TakeResult::taken) break;
  }
  leave_server();
  return taken;
}

void SlotWait::leave_server() {
  if (m_next_on) db::release_lock(m_session.connection, m_session.server_lock(*m_next_on));
  m_next_on.reset();
}

Taken SlotWait::take_in_turn(const TakeRequest& request, Deadline deadline) {
  Taken taken;
  taken.result = wait_for_turn(deadline);
  if (taken.result != TakeResult::taken) {
    taken.waited_for = "its turn: others come first";
    return taken;
  }
  taken = wait_for_slot(request, deadline);
  db::release_lock(m_session.connection, m_session.turn_lock());
  return taken;
}

/// Waits until a full server has a place: in GET_LOCK behind those that wait for it already, then
/// by looking. Acquires the server's lock, which keeps drains from taking that place.
TakeResult SlotWait::wait_for_server(const std::string& server, Deadline deadline) {
  for (int looks = 0; !m_stop.is_set(); ++looks) {
    if (!m_next_on) {
      const auto wait = whole_seconds(deadline.left(SlotSession::k_longest_wait));
      if (db::get_lock(m_session.connection, m_session.server_lock(server), wait))
        m_next_on = server;
    }
    if (m_next_on) {
      const auto places =
          read_places(m_session.connection, m_session.leases, m_bounds, m_session.prefix);
      if (!places.full.contains(server)) return TakeResult::taken;
      for (const SlotRow& row : places.rows) {
        if (row.server == server && is_stale(row)) m_session.recovery.look_after(row);
      }
    }
    if (deadline.has_passed()) return TakeResult::timed_out;
    if (m_next_on) pause(looks, deadline);
  }
  return TakeResult::stopped;
}

/// What a run on a full server waits for.
std::string SlotWait::place_on(const std::string& server) const {
  const int slots = m_bounds.of(server).value_or(1);
  return slots == 1 ? fmt::format("server {}: another upgrade holds its only slot",
                                  m_bounds.name_of(server))
                    : fmt::format("server {}: other upgrades hold all {} of its slots",
                                  m_bounds.name_of(server), slots);
}

TakeResult SlotWait::wait_for_turn(Deadline deadline) {
  while (!m_stop.is_set()) {
    const auto wait = whole_seconds(deadline.left(SlotSession::k_longest_wait));
    if (db::get_lock(m_session.connection, m_session.turn_lock(), wait)) return TakeResult::taken;
    if (deadline.has_passed()) return TakeResult::timed_out;
  }
  return TakeResult::stopped;
}

/// @returns the slot whose named lock has been acquired; nullopt: none yet
std::optional<int> SlotWait::await_slot_lock(Deadline deadline, std::string& waits_for) {
  const int slots = m_config.upgrade.slots;
  // Wait for a single slot in GET_LOCK, which returns as soon as its holder releases it.
  std::chrono::seconds wait{0};
  if (slots == 1) wait = whole_seconds(deadline.left(k_longest_slot_wait));
  std::vector<int> maybe_free{1};
  if (slots > 1) maybe_free = free_slot_locks();
  for (const int slot : maybe_free) {
    if (db::get_lock(m_session.connection, m_session.slot_lock(slot), wait)) return slot;
  }
  waits_for = slots == 1 ? "slot 1: another upgrade holds it"
                         : fmt::format("a slot: other upgrades hold all {}", slots);
  recover_frozen();
  return std::nullopt;
}

/// The slots whose named locks are free, in a single query.
std::vector<int> SlotWait::free_slot_locks() {
  std::string sql = "SELECT ";
  std::vector<db::Param> names;
  for (int slot = 1; slot <= m_config.upgrade.slots; ++slot) {
    sql += slot == 1 ? "IS_FREE_LOCK(?)" : ", IS_FREE_LOCK(?)";
    names.emplace_back(m_session.slot_lock(slot));
  }
  const auto row = m_session.connection.query(sql, names).at(0);
  std::vector<int> found;
  for (int slot = 1; slot <= m_config.upgrade.slots; ++slot) {
    if (row.maybe_integer(static_cast<std::size_t>(slot) - 1) == 1) found.push_back(slot);
  }
  return found;
}

/// Recovers runs of frozen ws-upgrades on this host, which keep their sessions without renewing
/// their leases.
void SlotWait::recover_frozen() {
  if (BootClock::now() < m_recover_frozen_at) return;
  m_recover_frozen_at = BootClock::now() + k_recover_frozen_every;
  for (int slot = 1; slot <= m_config.upgrade.slots; ++slot) {
    const auto row = m_session.leases.row(slot);
    if (row && row->run && is_stale(*row)) m_session.recovery.recover(*row->run);
  }
}

/// Pauses between two polls. @param looks the polls so far
void SlotWait::pause(int looks, Deadline deadline) {
  constexpr int k_most_doublings = 4;
  milliseconds most = k_shortest_pause * (1 << std::min(looks / 4, k_most_doublings));
  most = std::max(deadline.left(most), milliseconds(1));
  // Several waiting processes should not all poll at the same time.
  const int jitter = (::getpid() * 7 + looks * 13) % 16;
  m_stop.pause(most - most * jitter / 64);
}

Taken SlotWait::wait_for_slot(const TakeRequest& request, Deadline deadline) {
  std::string waits_for;
  for (int looks = 0; !m_stop.is_set(); ++looks) {
    if (request.not_after && wall_now() >= *request.not_after) {
      Taken late;
      late.result = TakeResult::timed_out;
      return late;
    }
    const auto slot = await_slot_lock(deadline, waits_for);
    if (slot) {
      auto taken = try_slot(*slot, request, waits_for);
      if (taken && taken->result == TakeResult::taken) return std::move(*taken);
      db::release_lock(m_session.connection, m_session.slot_lock(*slot));
      if (taken) return std::move(*taken);
    }
    if (deadline.has_passed()) {
      Taken taken;
      taken.result = TakeResult::timed_out;
      taken.waited_for = waits_for;
      return taken;
    }
    // A wait in GET_LOCK needs no further pause.
    if (slot || m_config.upgrade.slots > 1) pause(looks, deadline);
  }
  return {};
}

/// Call with the slot's named lock held. nullopt: the slot cannot be taken yet, try again later.
std::optional<Taken> SlotWait::try_slot(int slot, const TakeRequest& request,
                                        std::string& waits_for) {
  if (!free_slot(slot, waits_for)) return std::nullopt;
  auto host_lock = m_host.try_slot_lock(slot);
  if (!host_lock) {
    waits_for =
        fmt::format("the host lock of slot {}: a command or a process it left holds it", slot);
    return std::nullopt;
  }
  Taken taken;
  const ServerPlaces places =
      read_places(m_session.connection, m_session.leases, m_bounds, m_session.prefix);
  const auto run = choose_run(request, places);
  if (!run || run->state != RunState::queued) {
    taken.result = request.run ? TakeResult::not_queued : TakeResult::nothing_due;
    return taken;
  }
  if (is_closed_to(*run, places)) {
    taken.result = TakeResult::server_full;
    taken.waited_for = place_on(*run->server);
    taken.run = *run;
    return taken;
  }
  if (request.run && !request.ignore_marker && m_session.holds.find(run->workspace)) {
    taken.result = TakeResult::held;
    return taken;
  }
  if (!request.ignore_marker && marker_in_the_way(*run, waits_for)) return std::nullopt;
  // A newer release may have migrated the tables since this process connected.
  db::respect_schema(m_session.connection, "ws", newest_schema(), m_config.database.schema);
  db::check_writes();
  taken.lease.slot = slot;
  taken.run = *run;
  taken.slot_lock = std::move(*host_lock);
  // Before the lease: a process that sees the run as running must see its lock held.
  if (!request.run_is_held) {
    auto run_lock = m_host.try_hold_run(run->id);
    if (!run_lock) {
      waits_for = fmt::format("run {}: another process is recovering it", run->id);
      return std::nullopt;
    }
    taken.run_lock = std::move(*run_lock);
  }
  taken.leased_at = BootClock::now();
  if (take_lease(taken, !request.run)) return taken;
  if (!request.run_is_held) m_host.forget_run(run->id, taken.run_lock);
  waits_for = fmt::format("slot {}: another process took it first", slot);
  return std::nullopt;
}

/// Whether the run's server is full, or another process comes first there.
bool SlotWait::is_closed_to(const Run& run, const ServerPlaces& places) const {
  if (!run.server) return false;
  return places.full.contains(*run.server) ||
         (places.asked.contains(*run.server) && m_next_on != run.server);
}

std::optional<Run> SlotWait::choose_run(const TakeRequest& request, const ServerPlaces& places) {
  if (request.run) return m_session.runs.find(*request.run);
  DueFilter due = request.due;
  due.full = places.closed();
  return m_session.runs.queue().next_due(due);
}

/// Whether the slot's row is free, if necessary after recovering the run of a dead holder.
bool SlotWait::free_slot(int slot, std::string& waits_for) {
  const auto row = m_session.leases.row(slot);
  if (!row) {
    m_session.leases.ensure_slots(m_config.upgrade.slots);
    return false;
  }
  const SlotStep step = next_step(*row, m_host.id());
  if (step == SlotStep::take) return true;
  waits_for = fmt::format("run {}, which holds slot {} (host {}, last renewed {} s ago)", *row->run,
                          slot, row->host == m_host.id() ? "this one" : row->host,
                          std::chrono::round<std::chrono::seconds>(row->idle).count());
  if (step == SlotStep::take_over) return m_session.recovery.take_over(*row);
  if (step == SlotStep::wait) return false;
  m_session.recovery.recover(*row->run);
  const auto after = m_session.leases.row(slot);
  if (after && !after->run) return true;
  return m_session.recovery.free_forgotten(*row);
}

/// Whether a marker shows an upgrade outside upkeep, which is waited for like a lock; the marker of
/// our own failed run is ignored.
bool SlotWait::marker_in_the_way(const Run& run, std::string& waits_for) {
  const Marker marker = read_marker(m_config.upgrade.marker);
  if (!marker.present) return false;
  if (!marker.workspace.empty()) {
    auto facts = m_session.runs.history().facts({marker.workspace}, run.target)[marker.workspace];
    if (facts.active && facts.active->id == run.id) facts.active.reset();
    if (is_leftover(marker, marker.workspace, facts)) return false;
  }
  // With several slots, the command of another of our runs may have written it.
  for (const Run& active : m_session.runs.queue().active()) {
    if (active.state == RunState::running && marker.names(active.workspace, false)) return false;
  }
  waits_for =
      fmt::format("an upgrade outside upkeep ({} names {})", m_config.upgrade.marker.string(),
                  marker.workspace.empty() ? "every workspace" : marker.workspace);
  return true;
}

/// If the connection is lost, both locks are kept until it is known whether the lease was
/// committed.
bool SlotWait::take_lease(Taken& taken, bool from_queue) {
  const LeaseTerms terms{m_host.id(), ::getpid(), m_config.upgrade.lease,
                         m_config.upgrade.on_lock_loss};
  // Remove the status of another run with this number, from before the database was restored.
  remove_quietly(m_host.status_path(taken.run.id));
  taken.run.log = new_run_log_path(m_config, taken.run.workspace, taken.run.id).string();
  try {
    const SlotBounds bounds{m_config.upgrade.slots,
                            taken.run.server ? m_bounds.of(*taken.run.server) : std::nullopt};
    const auto lease = m_session.leases.take(taken.lease.slot, bounds, taken.run, terms,
                                             *taken.run.log, from_queue);
    if (!lease) return false;
    taken.result = TakeResult::taken;
    taken.lease = *lease;
    return true;
  } catch (const db::Error& error) {
    if (error.connection_lost()) m_in_doubt = std::move(taken);
    throw;
  }
}

/// The run in doubt, if the server had committed its lease.
std::optional<Taken> SlotWait::taken_after_all() {
  if (!m_in_doubt) return std::nullopt;
  const auto row = m_session.leases.row_at_rest(m_in_doubt->lease.slot);
  std::optional<Taken> taken = std::move(m_in_doubt);
  m_in_doubt.reset();
  if (row && row->run == taken->run.id && row->host == m_host.id()) {
    taken->result = TakeResult::taken;
    taken->lease = {row->slot, row->epoch, taken->run.id};
    return taken;
  }
  if (taken->run_lock) m_host.forget_run(taken->run.id, taken->run_lock);
  return std::nullopt;
}

}  // namespace upkeep::upgrade
