// SPDX-License-Identifier: MIT
// What SQL and the model say twice, compared on real rows. Hidden: tests/cli/ws-schedule/
// test_order.py starts it with a server.
#include "catch2_compat.hpp"
#include "upgrade/store/hold_store.hpp"
#include "upgrade/store/pause_store.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
namespace db = upkeep::db;
using upkeep::WallTime;

namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  REQUIRE(value != nullptr);
  return value;
}

class Tables {
 public:
  explicit Tables(std::uint32_t seed) : m_random(seed) {
    db::Endpoint endpoint;
    endpoint.socket = from_environment("UPKEEP_TEST_SOCKET");
    endpoint.user = "root";
    endpoint.schema = schema();
    m_connection.emplace(endpoint);
  }

  static std::string schema() { return from_environment("UPKEEP_TEST_SCHEMA"); }
  db::Connection& connection() { return *m_connection; }
  int below(int limit) { return static_cast<int>(m_random() % static_cast<unsigned>(limit)); }

  void fill() {
    for (const char* table : {"run", "hold", "pause", "sweep"})
      m_connection->execute(fmt::format("DELETE FROM {}", table));
    if (below(8) == 0)
      m_connection->execute("INSERT INTO pause VALUES (1, UTC_TIMESTAMP(3), 'ann', NULL)");
    for (const char* name : {"day", "night"}) add_sweep(name);
    for (int i = 0; i < 14; ++i) add_run(fmt::format("w{}", i));
  }

 private:
  /// Half a minute off the filter's whole ones: the statements that follow take their time.
  std::string minutes_ago() {
    return fmt::format("UTC_TIMESTAMP(3) - INTERVAL {} SECOND", 60 * (below(12) - 3) + 30);
  }
  std::string maybe(int one_in, const std::string& sql) {
    return below(one_in) == 0 ? sql : "NULL";
  }

  void add_sweep(const std::string& name) {
    const int canary = below(3);
    m_connection->execute(fmt::format(
        "INSERT INTO sweep (name, canary, until_at, due_at, queued_at, started, canary_done,"
        " stopped_at) VALUES ('{}', {}, {}, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), {}, {}, {})",
        name, canary, maybe(3, minutes_ago()), below(4), below(canary + 1),
        maybe(4, "UTC_TIMESTAMP(3)")));
  }

  void add_run(const std::string& workspace) {
    const bool queued = below(5) != 0;
    const std::string sweep =
        std::array{"NULL", "'day'", "'night'"}.at(static_cast<std::size_t>(below(3)));
    m_connection->execute(fmt::format(
        "INSERT INTO run (workspace, target, state, active, origin, priority, queued_at, due_at,"
        " put_back_at, pinned, sweep, server) VALUES ('{}', '3.{}', '{}', 1, '{}', {}, "
        "UTC_TIMESTAMP(3), "
        "{},"
        " {}, {}, {}, {})",
        workspace, 8 + below(3), queued ? "queued" : "running", below(5) == 0 ? "direct" : "queue",
        4 + below(3), minutes_ago(), maybe(4, minutes_ago()), below(3) == 0 ? 1 : 0, sweep,
        std::array{"NULL", "'a:3306'", "'b:3306'"}.at(static_cast<std::size_t>(below(3)))));
    if (below(6) != 0) return;
    m_connection->execute(fmt::format(
        "INSERT INTO hold VALUES ('{}', UTC_TIMESTAMP(3), 'ann', 'exams', 0)", workspace));
  }

  std::mt19937 m_random;
  std::optional<db::Connection> m_connection;
};

QueueBarriers barriers_in(db::Connection& connection, const std::string& schema, WallTime now) {
  QueueBarriers barriers;
  barriers.paused = PauseStore(connection, schema).find().has_value();
  for (const auto& [workspace, hold] : HoldStore(connection, schema).of({}))
    barriers.held.insert(workspace);
  SweepStore sweeps(connection, schema);
  for (const char* name : {"day", "night"}) {
    if (!sweeps.find(name).value().is_open(now)) barriers.closed_sweeps.insert(name);
  }
  return barriers;
}

}  // namespace

TEST_CASE("the database takes the same run next as the model", "[.server]") {
  int found = 0;
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    INFO("seed " << seed);
    Tables tables(seed);
    tables.fill();
    RunStore store(tables.connection(), Tables::schema());
    const WallTime now = store.server_now();
    const std::vector<Run> runs = store.queue().active();
    CHECK(std::is_sorted(runs.begin(), runs.end(), is_served_before));
    const QueueBarriers barriers = barriers_in(tables.connection(), Tables::schema(), now);
    DueFilter filter;
    if (tables.below(3) != 0) filter.target = "3.10";
    if (tables.below(2) == 0) filter.versions = {"3.9", "3.10"};
    if (tables.below(2) == 0) filter.began = now - std::chrono::minutes(tables.below(15));
    if (tables.below(2) == 0) filter.full.insert("a:3306");
    if (tables.below(3) == 0) filter.full.insert("b:3306");
    const Run* expected = next_due(runs, filter, barriers, now);
    const auto next = store.queue().next_due(filter);
    CHECK((next ? next->id : 0) == (expected == nullptr ? 0 : expected->id));
    found += next ? 1 : 0;
  }
  CHECK(found > 50);
}
