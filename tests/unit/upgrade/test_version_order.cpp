// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "catch2_compat.hpp"
#include "upgrade/model/version.hpp"

#include <random>
#include <string>
#include <vector>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test

TEST_CASE("versions in their order", "[version]") {
  const std::vector<std::string> ordered{"",      "1",      "1.0",     "1.0.0",   "1.2",   "1.9",
                                         "1.10",  "1.10.1", "2",       "2.beta",  "3.9",   "3.10",
                                         "3.10.", "10.0",   "10.0.rc", "10.0.rd", "alpha", "beta"};
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      INFO(ordered[i] << " and " << ordered[j]);
      const int expected = i < j ? -1 : (i == j ? 0 : 1);
      CHECK(compare_versions(ordered[i], ordered[j]) == expected);
    }
  }
}

TEST_CASE("the order of versions of numbers is one", "[version]") {
  std::mt19937 random(20261129);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  const auto version = [&random] {
    std::string text;
    for (auto pieces = random() % 4 + 1; pieces > 0; --pieces)
      text += (text.empty() ? "" : ".") + std::to_string(random() % 12);
    return text;
  };
  for (int i = 0; i < 5000; ++i) {
    const std::string a = version(), b = version(), c = version();
    INFO(a << ", " << b << ", " << c);
    REQUIRE(compare_versions(a, b) == -compare_versions(b, a));
    REQUIRE((compare_versions(a, b) == 0) == (a == b));
    if (compare_versions(a, b) < 0 && compare_versions(b, c) < 0)
      REQUIRE(compare_versions(a, c) < 0);
  }
}

TEST_CASE("which version is asked for", "[version]") {
  upkeep::config::Config config;
  CHECK_THROWS_AS(target_of(config, ""), upkeep::ConfigError);
  config.file = "/etc/upkeep.toml";
  CHECK_THROWS_WITH(target_of(config, ""), upkeep::test::contains("target is missing"));
  config.upgrade.target = "3.10";
  config.probes = {{.version = "3.10", .table = "T", .column = {}, .query = {}},
                   {.version = "3.9", .table = "S", .column = {}, .query = {}}};
  CHECK(target_of(config, "") == "3.10");
  CHECK(target_of(config, "3.9") == "3.9");
  CHECK_THROWS_AS(target_of(config, "4"), upkeep::UsageError);
  CHECK(has_probes(config, "3.9"));
  CHECK_FALSE(has_probes(config, "4"));
  CHECK_FALSE(has_probes(config, ""));
}
