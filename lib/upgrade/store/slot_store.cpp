// SPDX-License-Identifier: MIT
#include "upgrade/store/slot_store.hpp"

#include "db/transaction.hpp"
#include "upgrade/model/server_bound.hpp"
#include "upgrade/model/slot_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::upgrade {

SlotStore::SlotStore(db::Connection& connection, RunStore& runs, const std::string& schema)
    : m_connection(connection),
      m_runs(runs),
      m_sweeps(connection, schema),
      m_slot(db::quoted_identifier(schema) + ".slot") {}

void SlotStore::ensure_slots(int slots) {
  const auto present =
      m_connection.query(fmt::format("SELECT COUNT(*) FROM {} WHERE slot <= ?", m_slot), {slots});
  if (present.at(0).integer(0) == slots) return;
  for (int slot = 1; slot <= slots; ++slot) {
    m_connection.execute(fmt::format("INSERT IGNORE INTO {} (slot) VALUES (?)", m_slot), {slot});
  }
}

/// What the other leases hold, as seen within a transaction.
struct SlotStore::Others {
  int count = 0;
  std::vector<int> places;       ///< on one server
  bool has_left_places = false;  ///< of slots that were freed by hand
};

namespace {

SlotRow slot_row_of(const db::Row& read) {
  SlotRow row;
  row.slot = static_cast<int>(read.integer("slot"));
  row.epoch = read.integer("epoch");
  row.run = read.maybe_integer("run");
  row.host = read.text("host");
  row.policy =
      read.text("policy") == "kill" ? config::OnLockLoss::kill : config::OnLockLoss::finish;
  row.lease = std::chrono::seconds(read.maybe_integer("lease_s").value_or(60));
  row.idle = std::chrono::microseconds(read.maybe_integer("idle_us").value_or(0));
  row.server = read.maybe_text("server");
  return row;
}

}  // namespace

SlotStore::Others SlotStore::others_in(const db::Rows& rows, int slot,
                                       const std::optional<std::string>& server) {
  Others others;
  for (const db::Row& row : rows) {
    if (row.integer("slot") == slot) continue;
    if (!row.maybe_integer("run")) {
      others.has_left_places = true;
      continue;
    }
    ++others.count;
    const auto place = row.maybe_integer("place");
    if (server && place && row.maybe_text("server") == server)
      others.places.push_back(static_cast<int>(*place));
  }
  return others;
}

std::vector<SlotRow> SlotStore::select(const std::string& where,
                                       const std::vector<db::Param>& params) {
  const auto rows = m_connection.query(
      fmt::format(
          "SELECT slot, epoch, run, host, policy, lease_s, server,"
          " TIMESTAMPDIFF(MICROSECOND, renewed_at, UTC_TIMESTAMP(6)) AS idle_us FROM {} WHERE {}",
          m_slot, where),
      params);
  std::vector<SlotRow> found;
  found.reserve(rows.size());
  for (const db::Row& row : rows) found.push_back(slot_row_of(row));
  return found;
}

std::optional<SlotRow> SlotStore::first(const std::string& where, std::int64_t value) {
  auto rows = select(where, {value});
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::optional<SlotRow> SlotStore::row(int slot) {
  return first("slot = ?", slot);
}

std::optional<SlotRow> SlotStore::row_at_rest(int slot) {
  return first("slot = ? FOR UPDATE", slot);
}

std::optional<SlotRow> SlotStore::row_of_run(std::int64_t run) {
  return first("run = ?", run);
}

std::vector<SlotRow> SlotStore::on_servers() {
  return select("run IS NOT NULL AND server IS NOT NULL ORDER BY slot", {});
}

std::optional<Lease> SlotStore::take(int slot, const SlotBounds& bounds, const Run& run,
                                     const LeaseTerms& terms, const std::string& log,
                                     bool from_queue) {
  std::optional<Lease> lease;
  struct Refused {};
  try {
    db::transact(m_connection, [&] {
      lease.reset();
      const auto taken = m_connection.execute(
          fmt::format("UPDATE {} SET epoch = epoch + 1, run = ?, host = ?, policy = ?, lease_s = ?,"
                      " acquired_at = UTC_TIMESTAMP(6), renewed_at = UTC_TIMESTAMP(6)"
                      " WHERE slot = ? AND run IS NULL",
                      m_slot),
          {run.id, terms.host, terms.policy == config::OnLockLoss::kill ? "kill" : "finish",
           terms.lease, slot});
      if (taken != 1) throw Refused{};
      const db::Rows rows = held();
      const auto own = std::find_if(rows.begin(), rows.end(), [slot](const db::Row& row) {
        return row.integer("slot") == slot;
      });
      const std::int64_t epoch = own->integer("epoch");
      const Others others = others_in(rows, slot, run.server);
      // Another host may have been configured with more slots than this one.
      SlotRow was;
      was.slot = slot;
      if (!may_take(was, others.count, bounds.slots)) throw Refused{};
      if (run.server && !find_place(slot, *run.server, others, bounds.server)) throw Refused{};
      std::optional<SweepPart> part;
      if (from_queue && run.sweep) {
        part = m_sweeps.start(*run.sweep);
        if (!part) throw Refused{};
      }
      const StartTerms start{terms.host, terms.pid, slot, epoch, log};
      if (!m_runs.start(run, start, from_queue, part)) throw Refused{};
      lease = Lease{slot, epoch, run.id};
    });
  } catch (const Refused&) {
    return std::nullopt;
  } catch (const db::Error& error) {
    if (!error.duplicate()) throw;  // of another lease that has the place on the server
    return std::nullopt;
  }
  return lease;
}

/// The leases, within a transaction, and places without one.
db::Rows SlotStore::held() {
  return m_connection.query(
      fmt::format("SELECT slot, epoch, run, server, place FROM {} WHERE run IS NOT NULL"
                  " OR server IS NOT NULL",
                  m_slot));
}

/// Gives a lease a place among the others, within a transaction. @returns whether there is one
bool SlotStore::find_place(int slot, const std::string& server, const Others& others,
                           std::optional<int> slots) {
  if (others.has_left_places) {
    m_connection.execute(fmt::format(
        "UPDATE {} SET server = NULL, place = NULL WHERE run IS NULL AND server IS NOT NULL",
        m_slot));
  }
  const auto place = free_place(others.places, slots);
  if (!place) return false;
  m_connection.execute(fmt::format("UPDATE {} SET server = ?, place = ? WHERE slot = ?", m_slot),
                       {server, *place, slot});
  return true;
}

Move SlotStore::move(const Lease& lease, const std::string& server, std::optional<int> slots) {
  Move result = Move::lost;
  try {
    db::transact(m_connection, [&] {
      // The row's lock first: from here on no other process can end the lease.
      result = Move::lost;
      const auto ours =
          m_connection.query(fmt::format("SELECT 1 FROM {} WHERE slot = ? AND epoch = ? AND run = ?"
                                         " FOR UPDATE",
                                         m_slot),
                             {lease.slot, lease.epoch, lease.run});
      if (ours.empty() || !m_runs.move(lease, server)) return;
      const Others others = others_in(held(), lease.slot, server);
      result = find_place(lease.slot, server, others, slots) ? Move::moved : Move::full;
    });
  } catch (const db::Error& error) {
    if (!error.duplicate()) throw;
    return Move::full;
  }
  return result;
}

bool SlotStore::renew(const Lease& lease) {
  return m_connection.execute(
             fmt::format("UPDATE {} SET renewed_at = UTC_TIMESTAMP(6) WHERE slot = ? AND epoch = ?"
                         " AND run = ?",
                         m_slot),
             {lease.slot, lease.epoch, lease.run}) == 1;
}

bool SlotStore::end(const Lease& lease, const Ending& ending, bool keep_slot) {
  bool ours = false;
  db::transact(m_connection, [&] {
    ours = finish(lease, ending);
    if (!keep_slot) release(lease);
  });
  return ours;
}

bool SlotStore::break_stale(const Lease& lease, const Ending& ending, int leases) {
  bool broken = false;
  db::transact(m_connection, [&] {
    broken = m_connection.execute(
                 fmt::format("UPDATE {} SET run = NULL, server = NULL, place = NULL"
                             " WHERE slot = ? AND epoch = ? AND run = ?"
                             " AND renewed_at <= UTC_TIMESTAMP(6) - INTERVAL ? * lease_s SECOND",
                             m_slot),
                 {lease.slot, lease.epoch, lease.run, leases}) == 1;
    if (broken) finish(lease, ending);
  });
  return broken;
}

/// Ends the run, with the consequences for its sweep.
bool SlotStore::finish(const Lease& lease, const Ending& ending) {
  const auto sweep = m_runs.counted_by(lease.run);
  if (!m_runs.finish(lease, ending)) return false;
  if (sweep) m_sweeps.end(sweep->first, sweep->second, ending.state);
  return true;
}

bool SlotStore::give_back(const Lease& lease, const std::string& why) {
  bool ours = false;
  db::transact(m_connection, [&] {
    const auto sweep = m_runs.counted_by(lease.run);
    ours = m_runs.requeue(lease, why);
    if (ours && sweep) m_sweeps.give_back(sweep->first);
    release(lease);
  });
  return ours;
}

void SlotStore::release(const Lease& lease) {
  m_connection.execute(fmt::format("UPDATE {} SET run = NULL, server = NULL, place = NULL"
                                   " WHERE slot = ? AND epoch = ? AND run = ?",
                                   m_slot),
                       {lease.slot, lease.epoch, lease.run});
}

void SlotStore::note_pause(db::Connection& connection, const std::string& schema) {
  connection.execute(
      fmt::format("UPDATE {}.slot SET pauses = pauses + 1", db::quoted_identifier(schema)));
}

}  // namespace upkeep::upgrade
