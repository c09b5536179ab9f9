// SPDX-License-Identifier: MIT
#include "patch/lifecycle/delivery_lease.hpp"

#include "db/named_lock.hpp"
#include "db/transaction.hpp"
#include "patch/store/delivery_store.hpp"

namespace upkeep::patch::lifecycle {

namespace {

/// How long a deliverer may take between two events, its hooks aside.
constexpr std::chrono::seconds k_slack{15};

/// Follows the node of a lease whose holder lacks the named lock: the next holder of the lock must
/// not conclude that it is dead.
constexpr std::string_view k_without_lock = "|lock elsewhere";

}  // namespace

DeliveryLease::DeliveryLease(db::Connection& connection) : m_connection(connection) {
  m_lock = db::lock_name("pmt-deliver",
                         connection.query("SELECT DATABASE() AS name").at(0).text("name"));
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
  if (!rows.empty() && !rows[0].text("Value").empty()) return rows[0].text("Value");
  return m_connection.query("SELECT CONCAT_WS('|', @@hostname, @@port, @@datadir) AS node")
      .at(0)
      .text("node");
}

bool DeliveryLease::take() {
  if (m_node.empty()) m_node = this_node();
  try {
    m_locked = db::get_lock(m_connection, m_lock, std::chrono::seconds(0));
    m_lock_is_busy = !m_locked;
  } catch (const db::Error& error) {
    if (!error.not_supported()) throw;
  }
  if (take_row()) return true;
  release_local_lock();
  return false;
}

bool DeliveryLease::take_row() {
  db::transact(m_connection, [&] {
    m_held = false;  // the commit may be refused for another node's, and all of this is done again
    DeliveryStore store(m_connection);
    const DelivererRow row = store.locked_deliverer();
    // With the named lock in hand, a deliverer of this node that still has the lease is dead.
    if (row.leased && !(m_locked && row.node == m_node)) return;
    // One that has the lock, but let its lease expire, is frozen. Without a lease it is about to
    // take it, or has just given it up.
    if (m_lock_is_busy && !row.node) return;
    m_epoch = row.epoch + 1;
    store.lease(m_epoch, m_lock_is_busy ? m_node + std::string(k_without_lock) : m_node, k_slack);
    m_held = true;
  });
  return m_held;
}

void DeliveryLease::keep(std::chrono::seconds longest) {
  bool ours = false;
  db::transact(m_connection, [&] {
    ours = DeliveryStore(m_connection).extend_lease(m_epoch, longest + k_slack);
  });
  if (ours) return;
  m_held = false;
  throw Error(ExitStatus::lock_lost, "another deliverer has taken over: this one was away too long",
              "it delivers what is left");
}

void DeliveryLease::give_up() {
  if (m_held) {
    m_held = false;
    db::repeat([&] { DeliveryStore(m_connection).end_lease(m_epoch); }, 3);
  }
  release_local_lock();
}

void DeliveryLease::release_local_lock() {
  if (!m_locked) return;
  m_locked = false;
  db::release_lock(m_connection, m_lock);
}

}  // namespace upkeep::patch::lifecycle
