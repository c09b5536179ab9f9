// SPDX-License-Identifier: MIT
#include "upgrade/store/slot_store.hpp"

#include "db/transaction.hpp"
#include "upgrade/model/slot_rules.hpp"

#include <fmt/format.h>

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

std::optional<SlotRow> SlotStore::select(const std::string& where, std::int64_t value) {
  const auto rows = m_connection.query(
      fmt::format(
          "SELECT slot, epoch, run, host, policy, lease_s,"
          " TIMESTAMPDIFF(MICROSECOND, renewed_at, UTC_TIMESTAMP(6)) AS idle_us FROM {} WHERE {}",
          m_slot, where),
      {value});
  if (rows.empty()) return std::nullopt;
  SlotRow row;
  row.slot = static_cast<int>(rows[0].integer("slot"));
  row.epoch = rows[0].integer("epoch");
  row.run = rows[0].maybe_integer("run");
  row.host = rows[0].text("host");
  row.policy =
      rows[0].text("policy") == "kill" ? config::OnLockLoss::kill : config::OnLockLoss::finish;
  row.lease = std::chrono::seconds(rows[0].maybe_integer("lease_s").value_or(60));
  row.idle = std::chrono::microseconds(rows[0].maybe_integer("idle_us").value_or(0));
  return row;
}

std::optional<SlotRow> SlotStore::row(int slot) {
  return select("slot = ?", slot);
}

std::optional<SlotRow> SlotStore::row_at_rest(int slot) {
  return select("slot = ? FOR UPDATE", slot);
}

std::optional<SlotRow> SlotStore::row_of_run(std::int64_t run) {
  return select("run = ?", run);
}

std::optional<Lease> SlotStore::take(int slot, int slots, const Run& run, const LeaseTerms& terms,
                                     const std::string& log, bool from_queue) {
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
      const auto rows = m_connection.query(
          fmt::format(
              "SELECT (SELECT epoch FROM {0} WHERE slot = ?) AS epoch, (SELECT COUNT(*) FROM"
              " {0} WHERE run IS NOT NULL AND slot <> ?) AS others",
              m_slot),
          {slot, slot});
      const std::int64_t epoch = rows.at(0).integer("epoch");
      // Another host may have been configured with more slots than this one.
      SlotRow was;
      was.slot = slot;
      if (!may_take(was, static_cast<int>(rows.at(0).integer("others")), slots)) throw Refused{};
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
  }
  return lease;
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
                 fmt::format("UPDATE {} SET run = NULL WHERE slot = ? AND epoch = ? AND run = ?"
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
  m_connection.execute(
      fmt::format("UPDATE {} SET run = NULL WHERE slot = ? AND epoch = ? AND run = ?", m_slot),
      {lease.slot, lease.epoch, lease.run});
}

void SlotStore::note_pause(db::Connection& connection, const std::string& schema) {
  connection.execute(
      fmt::format("UPDATE {}.slot SET pauses = pauses + 1", db::quoted_identifier(schema)));
}

}  // namespace upkeep::upgrade
