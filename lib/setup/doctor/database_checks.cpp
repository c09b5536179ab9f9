// SPDX-License-Identifier: MIT
// Doctor: the control database itself.
#include "base/text.hpp"
#include "base/time.hpp"
#include "setup/components.hpp"
#include "setup/doctor/account_uses.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/grants.hpp"
#include "setup/doctor/server_version.hpp"
#include "setup/init.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace upkeep::setup {

namespace {

std::string current_user(db::Connection& connection) {
  return connection.query("SELECT CURRENT_USER()").at(0).text(0);
}

/// The rows of the first of these statements that this server knows and permits to this user.
std::optional<db::Rows> first_answer(db::Connection& connection,
                                     std::initializer_list<const char*> statements) {
  for (const char* statement : statements) {
    try {
      return connection.query(statement);
    } catch (const db::Error& error) {
      if (error.connection_lost()) throw;
    }
  }
  return std::nullopt;
}

bool is_on(const std::optional<std::string>& value) {
  return value && *value != "0" && lower(*value) != "off";
}

}  // namespace

Findings check_database(Examination& examination) {
  const config::Config& config = examination.config();
  const db::Endpoint endpoint = examination.control_endpoint();
  try {
    examination.use_control(db::Connection(endpoint));
  } catch (const db::Error& error) {
    const bool local = config.local_database && error.connection_lost();
    return {fail(error.what(), local ? "upkeep local start" : error.advice())};
  }
  return {ok(fmt::format("{} as {}{}", endpoint.where(), current_user(examination.control()),
                         endpoint.tls == db::Tls::off ? "" : ", encrypted"))};
}

Findings check_server_version(Examination& examination) {
  db::Connection& control = examination.control();
  const auto row = control.query("SELECT VERSION(), @@version_comment").at(0);
  const ServerVersion version = parse_server_version(row.text(0), row.text(1));
  std::string shown = fmt::format("{} ({})", row.text(0), row.text(1));
  // A distribution's MySQL may not identify itself: `9.7.4-2`, `(Debian)`.
  if (version.vendor == Vendor::mysql && shown.find("MySQL") == std::string::npos) {
    shown = fmt::format("MySQL {} {}", row.text(0), row.text(1));
  }
  return {judge_server_version(version, shown)};
}

Findings check_writable(Examination& examination) {
  db::Connection& control = examination.control();
  for (const char* variable : {"read_only", "super_read_only", "innodb_read_only"}) {
    if (is_on(try_value(control, fmt::format("@@global.{}", variable)))) {
      return {fail(fmt::format("the server is read-only (@@{})", variable),
                   "name the primary server in [database]")};
    }
  }
  const auto replica =
      first_answer(control, {"SHOW ALL SLAVES STATUS", "SHOW REPLICA STATUS", "SHOW SLAVE STATUS"});
  if (!replica) return {ok("it accepts writes (this user cannot see whether it is a replica)")};
  if (!replica->empty()) {
    return {warning(
        "the server accepts writes, but it is a replica of another one",
        "name the primary server in [database]: writes here are lost or stop the replication")};
  }
  return {ok("it accepts writes and is not a replica")};
}

Findings check_schema(Examination& examination) {
  db::Connection& control = examination.control();
  const std::string& schema = examination.config().database.schema;
  const bool there =
      !control.query("SELECT 1 FROM information_schema.schemata WHERE schema_name = ?", {schema})
           .empty();
  if (!there) {
    return {fail(fmt::format("the schema '{}' does not exist, or {} may not see it", schema,
                             current_user(control)),
                 "upkeep init")};
  }
  control.execute("USE " + db::quoted_identifier(schema));
  std::vector<std::string> versions;
  bool behind = false;
  for (const Component& component : components()) {
    const int version = db::schema_version(control, component.name);
    versions.push_back(fmt::format("{} {}", component.name, version));
    if (version > component.newest()) {
      return {fail(fmt::format("'{}' has version {}, this program knows up to {}", component.name,
                               version, component.newest()),
                   "install the newer upkeep on this machine too")};
    }
    behind = behind || version < component.newest();
    if (version < component.newest()) versions.back() += fmt::format(" of {}", component.newest());
  }
  const std::string detail = fmt::format("'{}': {}", schema, join(versions, ", "));
  if (behind) return {fail(detail, "upkeep init")};
  examination.schema_current = true;
  return {ok(detail)};
}

namespace {

/// Writes a row and rolls back: quotas, full disks and triggers are not visible in privileges.
/// @param insert the statement after `INSERT INTO schema.`
void write_and_take_back(db::Connection& control, const std::string& schema,
                         const std::string& insert) {
  control.execute("START TRANSACTION");
  try {
    control.execute(fmt::format("INSERT INTO {}.{}", db::quoted_identifier(schema), insert));
  } catch (const db::Error& error) {
    if (!error.connection_lost()) control.execute("ROLLBACK");
    throw;
  }
  control.execute("ROLLBACK");
}

/// The numbers of the account's further privileges: SELECT, and all others.
struct Besides {
  std::size_t reads = 0, writes = 0;
};

/// @param missing those of everything(), as returned by missing_for_use()
Besides besides(db::Connection& control, const std::string& schema, const AccountUse& use,
                const std::vector<std::string>& missing) {
  Besides found;
  for (const db::Row& row : control.query(
           "SELECT table_name FROM information_schema.tables WHERE table_schema = ?", {schema})) {
    const auto grant =
        std::find_if(use.grants.begin(), use.grants.end(),
                     [&](const TableGrant& one) { return one.table == row.text(0); });
    for (const char* privilege : {"SELECT", "INSERT", "UPDATE", "DELETE"}) {
      const bool wanted =
          grant != use.grants.end() && std::find(grant->privileges.begin(), grant->privileges.end(),
                                                 privilege) != grant->privileges.end();
      const std::string spelled = fmt::format("{} on {}", privilege, row.text(0));
      if (wanted || std::find(missing.begin(), missing.end(), spelled) != missing.end()) continue;
      ++(privilege == std::string_view("SELECT") ? found.reads : found.writes);
    }
  }
  return found;
}

struct FoundUse {
  const AccountUse* use = nullptr;   ///< nullptr: none
  std::vector<std::string> missing;  ///< required by the use but not granted
};

/// The use for which the account was created: the account writes nothing else and lacks at most
/// half of what the use requires (a new version adds tables). Among several, the closest: a missing
/// privilege weighs more than an additional readable table.
FoundUse use_of(db::Connection& control, const std::string& schema,
                const std::vector<std::string>& missing) {
  FoundUse closest;
  std::size_t distance = 0;
  for (const AccountUse& use : account_uses()) {
    std::vector<std::string> lacks = missing_for_use(control, schema, use);
    const Besides more = besides(control, schema, use, missing);
    if (more.writes > 0 || lacks.size() * 2 > needed_by(use)) continue;
    const std::size_t own_distance = 3 * lacks.size() + more.reads;
    if (closest.use != nullptr && own_distance >= distance) continue;
    closest = {&use, std::move(lacks)};
    distance = own_distance;
  }
  return closest;
}

}  // namespace

Findings check_privileges(Examination& examination) {
  db::Connection& control = examination.control();
  const std::string& schema = examination.config().database.schema;
  const auto missing = missing_for_use(control, schema, everything());
  if (!missing.empty()) {
    // An account for one use is correct if it has the privileges of that use; it is meant to have
    // no others.
    const FoundUse found = use_of(control, schema, missing);
    if (found.use != nullptr && found.missing.empty()) {
      return {ok(fmt::format("{} may do what its use '{}' needs ({}), and writes nothing else",
                             current_user(control), found.use->name, found.use->what))};
    }
    if (found.use != nullptr) {
      return {fail(fmt::format("{} lacks {} for its use '{}' ({})", current_user(control),
                               join(found.missing, ", "), found.use->name, found.use->what),
                   fmt::format("run the statements that 'upkeep grants --for {}' prints for this "
                               "account, as an administrator of the server",
                               found.use->name))};
    }
    return {fail(fmt::format("{} lacks {}", current_user(control), join(missing, ", ")),
                 grant_for(schema, current_user(control)))};
  }
  try {
    if (!examination.setting().dry_run) {
      write_and_take_back(control, schema,
                          "schema_version (component, version, migrated_at) VALUES ('~doctor', 0,"
                          " UTC_TIMESTAMP(3))");
    }
  } catch (const db::Error& error) {
    if (error.status() != ExitStatus::not_permitted) throw;
    return {fail(error.what(), grant_for(schema, current_user(control)))};
  }
  std::vector<std::string> grants;
  for (const db::Row& row : control.query("SHOW GRANTS")) grants.push_back(row.text(0));
  const auto for_init =
      missing_grants(grants, schema, {"CREATE", "ALTER", "INDEX", "DROP", "REFERENCES"});
  if (for_init.empty()) return {ok("reads, writes and changes the tables")};
  return {
      ok(fmt::format("reads and writes the tables ('upkeep init' after an update of the suite "
                     "would also need {})",
                     join(for_init, ", ")))};
}

Findings check_headroom(Examination& examination) {
  db::Connection& control = examination.control();
  const auto used_row = control.query("SHOW GLOBAL STATUS LIKE 'Threads_connected'");
  const long long used = used_row.empty() ? 0 : used_row[0].maybe_integer(1).value_or(0);
  const long long limit =
      to_integer(try_value(control, "@@global.max_connections").value_or("")).value_or(0);
  if (used <= 0 || limit <= 0) return {skipped("the server does not report it")};
  constexpr long long k_few = 10;
  const long long left = limit - used;
  const std::string detail = fmt::format("{} of {} in use", used, limit);
  const std::string fix = "raise max_connections, or find out which clients keep so many open";
  if (left < k_few) return {warning(detail, fix)};
  const auto own = try_value(control, "@@session.max_user_connections");
  if (own && to_integer(*own).value_or(0) > 0 && to_integer(*own).value_or(0) < k_few) {
    return {warning(fmt::format("this user may have only {} connections at a time", *own),
                    "raise its MAX_USER_CONNECTIONS to at least 10")};
  }
  return {ok(detail)};
}

Findings check_server_clock(Examination& examination) {
  using std::chrono::milliseconds;
  const WallTime before = wall_now();
  const auto row = examination.control().query("SELECT UNIX_TIMESTAMP(NOW(6))").at(0);
  const WallTime after = wall_now();
  const double here = 0.0005 * static_cast<double>(before.time_since_epoch().count() +
                                                   after.time_since_epoch().count());
  const double skew = std::strtod(row.text(0).c_str(), nullptr) - here;
  constexpr double k_noticeable_s = 2;
  const std::string detail = fmt::format("the server's clock is {:.1f} s {} ours", std::abs(skew),
                                         skew < 0 ? "behind" : "ahead of");
  const std::string fix = "set both clocks with NTP (chrony, systemd-timesyncd)";
  if (std::abs(skew) > static_cast<double>(examination.config().upgrade.lease.count()) / 2.0)
    return {fail(detail, fix)};
  if (std::abs(skew) > k_noticeable_s) return {warning(detail, fix)};
  return {ok(fmt::format("it agrees with ours within {:.1f} s", std::max(0.1, std::abs(skew))))};
}

}  // namespace upkeep::setup
