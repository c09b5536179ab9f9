// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/forecast.hpp"
#include "upgrade/model/queue_order.hpp"
#include "upgrade/model/server_bound.hpp"

#include <algorithm>
#include <random>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
namespace config = upkeep::config;

namespace {

config::Server server_named(const std::string& name, const std::string& host, int slots) {
  config::Server server;
  server.name = name;
  server.host = host;
  server.slots = slots;
  return server;
}

std::vector<Expected> queued_on(const std::vector<std::string>& servers) {
  std::vector<Expected> queued;
  queued.reserve(servers.size());
  for (const std::string& server : servers) queued.push_back({0, server});
  return queued;
}

}  // namespace

TEST_CASE("a server is what its endpoint says, whatever it is called", "[server]") {
  config::Server server = server_named("one", "DB1.example.org", 0);
  server.port = 3307;
  CHECK(endpoint_name(server) == "db1.example.org:3307");
  config::Server local;
  local.socket = "/run/mysqld/Mysqld.sock";
  CHECK(endpoint_name(local) == "/run/mysqld/Mysqld.sock");
  server.host = std::string(300, 'x');
  CHECK(endpoint_name(server).size() == 255);
  config::Config config;
  config.servers = {server_named("one", "db1", 0), local};
  CHECK(endpoint_name_of(config, "one") == "db1:3306");
  CHECK_FALSE(endpoint_name_of(config, "two"));
}

TEST_CASE("the bounds of servers", "[server]") {
  config::Config config;
  config.servers = {server_named("one", "db1", 2), server_named("two", "db2", 0),
                    server_named("three", "db3", 1)};
  const ServerBounds bounds(config);
  CHECK_FALSE(bounds.empty());
  CHECK(bounds.of("db1:3306") == 2);
  CHECK_FALSE(bounds.of("db2:3306"));
  CHECK_FALSE(bounds.of("elsewhere:3306"));
  CHECK(bounds.name_of("db2:3306") == "two");
  CHECK(bounds.name_of("elsewhere:3306") == "elsewhere:3306");
  CHECK(bounds.known() == std::vector<std::string>{"db1:3306", "db2:3306", "db3:3306"});
  using Set = std::set<std::string>;
  CHECK(bounds.full({}).empty());
  CHECK(bounds.full({{"db1:3306", 1}, {"db2:3306", 9}, {"elsewhere:3306", 9}}).empty());
  CHECK(bounds.full({{"db1:3306", 2}, {"db3:3306", 1}}) == Set{"db1:3306", "db3:3306"});
  CHECK(bounds.full({{"db1:3306", 3}}) == Set{"db1:3306"});
  // Of two with one endpoint, the smaller bound counts, in either order.
  for (const bool turned : {false, true}) {
    config.servers = {server_named("a", "db1", turned ? 1 : 4),
                      server_named("b", "DB1", turned ? 4 : 1)};
    CHECK(ServerBounds(config).of("db1:3306") == 1);
  }
  config.servers = {server_named("a", "db1", 0)};
  CHECK(ServerBounds(config).empty());
}

TEST_CASE("a lease gets the lowest place that is free within the bound", "[server]") {
  CHECK(free_place({}, 1) == 1);
  CHECK_FALSE(free_place({1}, 1));
  CHECK(free_place({1}, 2) == 2);
  CHECK(free_place({2}, 2) == 1);
  CHECK_FALSE(free_place({2, 1}, 2));
  // Another host may know more.
  CHECK_FALSE(free_place({3}, 1));
  CHECK_FALSE(free_place({3, 5}, 2));
  CHECK(free_place({3, 1}, 3) == 2);
  CHECK(free_place({1, 2, 3}, std::nullopt) == 4);
  for (int slots = 1; slots <= 5; ++slots) {
    for (unsigned bits = 0; bits < 64; ++bits) {
      std::vector<int> taken;
      for (int place = 1; place <= 6; ++place) {
        if ((bits >> static_cast<unsigned>(place) & 1U) != 0) taken.push_back(place);
      }
      const auto place = free_place(taken, slots);
      REQUIRE(place.has_value() == (static_cast<int>(taken.size()) < slots));
      if (!place) continue;
      REQUIRE((*place >= 1 && *place <= slots));
      REQUIRE(std::find(taken.begin(), taken.end(), *place) == taken.end());
    }
  }
}

TEST_CASE("runs of a full server are passed over", "[server]") {
  DueFilter filter;
  Run run;
  CHECK(filter.allows(run, {}));
  filter.full = {"db1:3306"};
  CHECK(filter.allows(run, {}));  // its server is not known: that shows when it is looked at
  run.server = "db1:3306";
  CHECK_FALSE(filter.allows(run, {}));
  run.server = "db2:3306";
  CHECK(filter.allows(run, {}));
}

TEST_CASE("when runs on bounded servers will have ended", "[server]") {
  using Times = std::vector<double>;
  const std::map<std::string, int> one_each{{"a", 1}, {"b", 1}};
  // The first in the queue does not keep those on other servers from starting.
  CHECK(finish_times({}, queued_on({"a", "a", "a", "b", "b"}), 2, one_each, 10) ==
        Times{10, 20, 30, 10, 20});
  CHECK(finish_times({}, queued_on({"a", "a", "a", "b", "b"}), 1, one_each, 10) ==
        Times{10, 20, 30, 40, 50});
  CHECK(finish_times({{5, "a"}}, queued_on({"a", "b"}), 9, one_each, 10) == Times{15, 10});
  CHECK(finish_times({{5, "a"}, {7, "a"}}, queued_on({"a"}), 9, one_each, 10) == Times{17});
  // Neither bounded, nor known.
  CHECK(finish_times({}, queued_on({"c", "c", "", ""}), 3, one_each, 10) == Times{10, 10, 10, 20});
  CHECK(finish_times({}, {{100, "a"}, {0, "a"}}, 9, one_each, 10) == Times{110, 10});
  CHECK(finish_times({}, {{5, "a"}, {0, "a"}}, 9, one_each, 10) == Times{20, 10});
  CHECK(finish_times({}, {}, 1, one_each, 10).empty());
  // Twenty servers with a slot each are as good as twenty slots; one server is not.
  std::map<std::string, int> many;
  std::vector<Expected> spread, together;
  for (int i = 0; i < 200; ++i) {
    const std::string server = "s" + std::to_string(i % 20);
    many[server] = 1;
    spread.push_back({0, server});
    together.push_back({0, "s0"});
  }
  const auto last = [](const Times& ends) { return *std::max_element(ends.begin(), ends.end()); };
  CHECK(last(finish_times({}, spread, 20, many, 10)) == 100);
  CHECK(last(finish_times({}, together, 20, many, 10)) == 2000);
  CHECK(last(finish_times({}, spread, 5, many, 10)) == 400);
}

TEST_CASE("a forecast keeps every bound", "[server]") {
  std::mt19937 random(20261130);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  const std::map<std::string, int> bounds{{"a", 1}, {"b", 2}};
  const std::array<std::string, 4> servers{"a", "b", "c", ""};
  for (int round = 0; round < 1000; ++round) {
    const int slots = static_cast<int>(random() % 4) + 1;
    std::vector<Expected> queued(random() % 12);
    for (Expected& one : queued)
      one = {static_cast<double>(random() % 30), servers.at(random() % 4)};
    const double median = static_cast<double>(random() % 20) + 1;
    const auto ends = finish_times({}, queued, slots, bounds, median);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      REQUIRE(ends[i] >= queued[i].seconds + median);
      int beside = 0, there = 0;
      for (std::size_t other = 0; other < ends.size(); ++other) {
        if (ends[other] - median >= ends[i] || ends[other] < ends[i]) continue;
        ++beside;
        if (queued[other].server == queued[i].server) ++there;
      }
      REQUIRE(beside <= slots);
      const auto bound = bounds.find(queued[i].server);
      if (bound != bounds.end()) REQUIRE(there <= bound->second);
    }
  }
}

TEST_CASE("how many start before each", "[server]") {
  using Places = std::vector<std::size_t>;
  CHECK(places_in_order({}).empty());
  CHECK(places_in_order({10, 20, 30, 10, 20}) == Places{0, 2, 4, 1, 3});
  CHECK(places_in_order({10, 10}) == Places{0, 1});
}
