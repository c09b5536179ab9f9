// SPDX-License-Identifier: MIT
// Doctor: whether this server keeps two upgrades apart.
#include "base/boot_time.hpp"
#include "base/text.hpp"
#include "db/named_lock.hpp"
#include "setup/doctor/checks.hpp"

#include <fmt/format.h>

#include <random>
#include <set>

namespace upkeep::setup {

namespace {

constexpr std::chrono::seconds k_handed_over_within{5};
const char* const k_other_server =
    "use MariaDB or MySQL directly, without a proxy that shares connections";

std::string random_name() {
  std::random_device random;
  return db::lock_name("upkeep-doctor", fmt::format("{:08x}{:08x}", random(), random()));
}

/// A fault found while `holder` holds the lock; empty: none.
std::string fault_while_held(db::Connection& holder, db::Connection& other,
                             const std::string& name) {
  if (!db::holds_lock(holder, name)) {
    return "IS_USED_LOCK does not name the connection that holds the lock";
  }
  if (db::get_lock(other, name, std::chrono::seconds(0)))
    return "two connections held the same GET_LOCK at the same time";
  const auto owner = other.query("SELECT IS_USED_LOCK(?)", {name}).at(0).maybe_integer(0);
  const auto id = holder.query("SELECT CONNECTION_ID()").at(0).maybe_integer(0);
  if (!owner || owner != id) return "another connection sees a different holder of the lock";
  return {};
}

/// Identifies the server that answered: different results mean several servers behind one address.
std::string identity(db::Connection& connection) {
  const auto row =
      connection.query("SELECT @@hostname, @@port, @@server_id, @@datadir, @@version").at(0);
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < row.size(); ++i) parts.push_back(row.text(i));
  for (const char* unique : {"@@server_uuid", "@@server_uid"}) {  // MySQL's and MariaDB's
    if (const auto value = try_value(connection, unique)) parts.push_back(*value);
  }
  return join(parts, " ");
}

/// The first of these status variables that this server knows.
std::optional<std::string> status_of(db::Connection& connection,
                                     std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto rows = connection.query("SHOW GLOBAL STATUS LIKE ?", {name});
    if (!rows.empty()) return rows[0].maybe_text(1);
  }
  return std::nullopt;
}

/// For a primary with replicas: whether one of them has a commit before its client is notified.
Findings check_replicas(db::Connection& control) {
  // MariaDB counts replicas; in MySQL, users who may see other threads can count theirs.
  auto counted = status_of(control, {"Slaves_connected"});
  if (!counted) {
    counted = try_value(control,
                        "COUNT(*) FROM information_schema.processlist WHERE command LIKE"
                        " 'Binlog Dump%'");
  }
  const auto replicas = counted ? to_integer(*counted).value_or(0) : 0;
  if (replicas == 0) return {ok("a single server")};
  const auto waits =
      status_of(control, {"Rpl_semi_sync_master_status", "Rpl_semi_sync_source_status"});
  if (waits && lower(*waits) == "on") {
    return {ok(fmt::format(
        "a primary with {} replicas, semi-synchronous: a fail-over preserves committed data",
        replicas))};
  }
  return {warning(fmt::format("a primary with {} replicas that may lag behind: a fail-over can "
                              "lose the last runs, leases and patch numbers",
                              replicas),
                  "enable semi-synchronous replication (rpl_semi_sync_master_enabled and "
                  "rpl_semi_sync_slave_enabled; AFTER_SYNC), with a long timeout")};
}

}  // namespace

Findings check_named_lock(Examination& examination) {
  const std::string name = random_name();
  try {
    db::Endpoint to_be_cut = examination.control_endpoint();
    to_be_cut.can_abort = true;
    db::Connection holder(to_be_cut);
    db::Connection other(examination.control_endpoint());
    if (!db::get_lock(holder, name, std::chrono::seconds(0))) {
      return {fail("GET_LOCK refused a name that is not in use", k_other_server)};
    }
    if (const auto fault = fault_while_held(holder, other, name); !fault.empty()) {
      return {fail(fault, k_other_server)};
    }
    // Simulates a killed holder: the connection is cut without a goodbye.
    const BootTime cut_at = BootClock::now();
    holder.abort();
    if (!db::get_lock(other, name, k_handed_over_within)) {
      return {fail(fmt::format("a closed connection still held its lock after {} s",
                               k_handed_over_within.count()),
                   k_other_server)};
    }
    const auto took = in_seconds(BootClock::now() - cut_at);
    db::release_lock(other, name);
    return {ok(fmt::format(
        "GET_LOCK is exclusive, and free {:.1f} s after its holder is disconnected", took))};
  } catch (const db::Error& error) {
    if (!error.not_supported()) throw;
    return {fail(error.what(), "use a server on which GET_LOCK works")};
  }
}

Findings check_one_server(Examination& examination) {
  constexpr int k_connections = 3;
  std::vector<db::Connection> connections;  // all open at once: a proxy may distribute only those
  std::set<std::string> found{identity(examination.control())};
  for (int i = 0; i < k_connections; ++i) {
    connections.emplace_back(examination.control_endpoint());
    found.insert(identity(connections.back()));
  }
  if (found.size() == 1) {
    return {ok(fmt::format("{} connections reached the same server", k_connections + 1))};
  }
  return {fail(fmt::format("connections reach {} different servers, each with its own locks: {}",
                           found.size(), join({found.begin(), found.end()}, " | ")),
               "name one server in [database], not a proxy that distributes connections")};
}

Findings check_cluster(Examination& examination) {
  db::Connection& control = examination.control();
  const auto wsrep = try_value(control, "@@global.wsrep_on");
  const auto provider = try_value(control, "@@global.wsrep_provider");
  if (wsrep && *wsrep != "0" && provider && !provider->empty() && lower(*provider) != "none") {
    const auto size = control.query("SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'");
    Findings findings{warning(fmt::format("a Galera cluster of {} nodes: GET_LOCK holds on one "
                                          "node only; the lease row keeps upgrades apart",
                                          size.empty() ? "?" : size[0].text(1)),
                              "name the same node on every host, so that waiting is fair as well")};
    if (!examination.config().database.sync_reads) {
      findings.push_back(
          warning("on this cluster a read on one node can miss a recent write on another",
                  "set sync_reads = true in [database]"));
    }
    return findings;
  }
  const auto members = try_value(
      control, "COUNT(*) FROM performance_schema.replication_group_members WHERE member_id <> ''");
  if (members && to_integer(*members).value_or(0) > 1) {
    return {warning(fmt::format("a replication group of {} members: GET_LOCK holds on one member "
                                "only; the lease row keeps upgrades apart",
                                *members),
                    "name the primary member in [database] on every host")};
  }
  return check_replicas(control);
}

Findings check_session_timeout(Examination& examination) {
  const std::chrono::seconds lease = examination.config().upgrade.lease;
  db::Connection session(examination.control_endpoint());
  db::prepare_lock_session(session, lease);
  const auto set = session.query("SELECT @@session.wait_timeout").at(0).maybe_integer(0);
  if (set != lease.count()) {
    return {fail(fmt::format("wait_timeout was set to {} and is {}: a lost holder would keep its "
                             "lock for that long",
                             lease.count(), set ? std::to_string(*set) : "unknown"),
                 "let sessions set wait_timeout (a proxy may prevent it)")};
  }
  return {ok(fmt::format("a session may set wait_timeout to {} s (lease_s)", lease.count()))};
}

}  // namespace upkeep::setup
