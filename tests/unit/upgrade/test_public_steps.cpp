// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/public_steps.hpp"

using upkeep::upgrade::ProgressRecord;
using upkeep::upgrade::PublicSteps;

namespace {

upkeep::config::Config config_with(std::vector<upkeep::config::PublicStep> steps) {
  upkeep::config::Config config;
  config.upgrade.profile = "ours";
  config.profiles["ours"].public_steps = std::move(steps);
  return config;
}

}  // namespace

TEST_CASE("visitors see the text of the first match") {
  const PublicSteps steps(config_with({{"^Updating table", "Updating data"}, {"table", "Tables"}}));
  CHECK(steps.of(std::string("Updating table WF_USERS")) == "Updating data");
  CHECK(steps.of(std::string("drop table X")) == "Tables");
}

TEST_CASE("what has no public name is not shown") {
  const PublicSteps steps(config_with({{"^Updating", "Updating data"}}));
  CHECK(steps.of(std::string("Password of root: x")) == std::nullopt);
  CHECK(steps.of(std::nullopt) == std::nullopt);
  CHECK(PublicSteps(config_with({})).of(std::string("Updating")) == std::nullopt);
}

TEST_CASE("a name stays within what a published file has room for") {
  std::string name;
  for (int i = 0; i < 80; ++i) name += "ñ";
  const auto shown = PublicSteps(config_with({{".", name}})).of(std::string("x"));
  REQUIRE(shown);
  CHECK(shown->size() <= 100);
  CHECK(name.starts_with(*shown));
  CHECK(shown->size() % 2 == 0);  // no letter is cut
}

TEST_CASE("records keep all but their steps") {
  ProgressRecord record;
  record.workspace = "acme";
  record.step = "secret";
  const auto shown = PublicSteps(config_with({})).of({record});
  REQUIRE(shown.size() == 1);
  CHECK(shown[0].workspace == "acme");
  CHECK(shown[0].step == std::nullopt);
}
