// SPDX-License-Identifier: MIT
#include "setup/doctor/grants.hpp"

#include "catch2_compat.hpp"

using upkeep::setup::missing_grants;
using Lines = std::vector<std::string>;

namespace {
const Lines k_wanted{"CREATE", "ALTER"};
}

TEST_CASE("grants on everything and on the schema count", "[setup]") {
  CHECK(missing_grants({"GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"},
                       "upkeep", k_wanted)
            .empty());
  CHECK(missing_grants(
            {"GRANT USAGE ON *.* TO `u`@`%`", "GRANT ALL PRIVILEGES ON `upkeep`.* TO `u`@`%`"},
            "upkeep", k_wanted)
            .empty());
  CHECK(missing_grants({"GRANT SELECT, CREATE ON `upkeep`.* TO `u`@`%`"}, "upkeep", k_wanted) ==
        Lines{"ALTER"});
  CHECK(missing_grants({"GRANT CREATE ON `upkeep`.* TO `u`@`%`", "GRANT ALTER ON *.* TO `u`@`%`"},
                       "upkeep", k_wanted)
            .empty());
}

TEST_CASE("grants on another schema, on tables and on roles do not count", "[setup]") {
  CHECK(missing_grants({"GRANT ALL PRIVILEGES ON `other`.* TO `u`@`%`"}, "upkeep", k_wanted) ==
        k_wanted);
  CHECK(missing_grants({"GRANT CREATE, ALTER ON `upkeep`.`run` TO `u`@`%`"}, "upkeep", k_wanted) ==
        k_wanted);
  CHECK(missing_grants({"GRANT `ops` TO `u`@`%`", ""}, "upkeep", k_wanted) == k_wanted);
  CHECK(missing_grants({}, "upkeep", {}).empty());
}

TEST_CASE("the granted name is a pattern", "[setup]") {
  const auto covered = [](const std::string& object, const std::string& schema) {
    return missing_grants({"GRANT CREATE ON " + object + " TO `u`@`%`"}, schema, {"CREATE"})
        .empty();
  };
  CHECK(covered("`up%`.*", "upkeep"));
  CHECK(covered("`upkee_`.*", "upkeep"));
  CHECK(covered("`up\\_keep`.*", "up_keep"));
  CHECK_FALSE(covered("`up\\_keep`.*", "upXkeep"));
  CHECK(covered("`%`.*", "upkeep"));
  CHECK(covered("`a``b`.*", "a`b"));
  CHECK_FALSE(covered("`up`.*", "upkeep"));
}
