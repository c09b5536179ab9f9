// SPDX-License-Identifier: MIT
#include "patch/lifecycle/delivery_lease.hpp"

#include "db/named_lock.hpp"
#include "db/transaction.hpp"

#include <fmt/format.h>

namespace upkeep::patch::lifecycle {

namespace {

/// How long a deliverer may take between two events, its hooks aside.
constexpr std::int64_t k_slack_s = 15;

constexpr int k_not_supported = 1235;  // GET_LOCK, on a cluster that refuses it

}  // namespace

DeliveryLease::DeliveryLease(db::Connection& connection) : m_connection(connection) {
  m_lock = db::lock_name("pmt-deliver", connection.query("SELECT DATABASE()").at(0).text(0));
}

DeliveryLease::~DeliveryLease() {
  try {
    give_up();
  } catch (...) {  // NOLINT(bugprone-empty-catch): it runs out
  }
}

/// The server process that this connection is to: of a cluster's node its own identity.
std::string DeliveryLease::this_node() {
  const db::Rows rows = m_connection.query("SHOW GLOBAL STATUS LIKE 'wsrep_gcomm_uuid'");
  if (!rows.empty() && !rows[0].text(1).empty()) return rows[0].text(1);
  return m_connection.query("SELECT CONCAT_WS('|', @@hostname, @@port, @@datadir)").at(0).text(0);
}

bool DeliveryLease::take() {
  if (m_node.empty()) m_node = this_node();
  try {
    if (!db::get_lock(m_connection, m_lock, 0)) return false;
    m_locked = true;
  } catch (const db::Error& error) {
    if (error.number() != k_not_supported) throw;
  }
  if (take_row()) return true;
  release_local_lock();
  return false;
}

bool DeliveryLease::take_row() {
  db::transact(m_connection, [&] {
    m_held = false;  // the commit may be refused for another node's, and all of this is done again
    const db::Rows rows = m_connection.query(
        "SELECT epoch, node, expires_at > UTC_TIMESTAMP(3) FROM deliverer WHERE name = 'outbox'"
        " FOR UPDATE");
    if (!rows.empty()) {
      const bool leased = !rows[0].is_null(1) && rows[0].maybe_integer(2).value_or(0) != 0;
      // With the named lock in hand, a deliverer of this node that still has the lease is dead.
      if (leased && !(m_locked && rows[0].text(1) == m_node)) return;
      m_epoch = rows[0].integer(0) + 1;
    } else {
      m_epoch = 1;
      m_connection.execute("INSERT INTO deliverer (name, epoch) VALUES ('outbox', 0)");
    }
    m_connection.execute(
        fmt::format("UPDATE deliverer SET epoch = ?, node = ?, expires_at = UTC_TIMESTAMP(3) +"
                    " INTERVAL {} SECOND WHERE name = 'outbox'",
                    k_slack_s),
        {m_epoch, m_node});
    m_held = true;
  });
  return m_held;
}

void DeliveryLease::keep(std::int64_t seconds) {
  bool ours = false;
  db::transact(m_connection, [&] {
    ours = !m_connection
                .query("SELECT 1 FROM deliverer WHERE name = 'outbox' AND epoch = ? FOR UPDATE",
                       {m_epoch})
                .empty();
    if (!ours) return;
    m_connection.execute(
        fmt::format("UPDATE deliverer SET expires_at = UTC_TIMESTAMP(3) + INTERVAL {} SECOND WHERE"
                    " name = 'outbox'",
                    seconds + k_slack_s));
  });
  if (ours) return;
  m_held = false;
  throw Error(ExitStatus::lock_lost, "another deliverer has taken over: this one was away too long",
              "it delivers what is left");
}

void DeliveryLease::give_up() {
  if (m_held) {
    m_held = false;
    db::repeat(
        [&] {
          m_connection.execute(
              "UPDATE deliverer SET node = NULL, expires_at = NULL WHERE name = 'outbox' AND epoch"
              " = ?",
              {m_epoch});
        },
        3);
  }
  release_local_lock();
}

void DeliveryLease::release_local_lock() {
  if (!m_locked) return;
  m_locked = false;
  db::release_lock(m_connection, m_lock);
}

}  // namespace upkeep::patch::lifecycle
