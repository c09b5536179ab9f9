// SPDX-License-Identifier: MIT
#include "setup/doctor/at_access.hpp"

#include "catch2_compat.hpp"

using upkeep::setup::may_use_at;

TEST_CASE("who may use at", "[setup]") {
  const std::string list = "daemon\nwww-data\n";
  CHECK(may_use_at("root", std::nullopt, std::nullopt));
  CHECK(may_use_at("root", "", list));
  CHECK_FALSE(may_use_at("anna", std::nullopt, std::nullopt));  // neither file: root alone
  CHECK(may_use_at("anna", std::nullopt, list));
  CHECK(may_use_at("anna", std::nullopt, ""));
  CHECK_FALSE(may_use_at("www-data", std::nullopt, list));
  CHECK(may_use_at("www", std::nullopt, list));
  CHECK(may_use_at("www-data", list, list));  // at.allow alone counts where it is there
  CHECK_FALSE(may_use_at("anna", list, std::nullopt));
  CHECK_FALSE(may_use_at("anna", "", std::nullopt));
}

TEST_CASE("the way in names the file that counts", "[setup]") {
  CHECK_THAT(upkeep::setup::way_into_at("www-data", true), upkeep::test::contains("at.allow"));
  CHECK_THAT(upkeep::setup::way_into_at("www-data", false), upkeep::test::contains("at.deny"));
}
