// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "web/pattern.hpp"

using upkeep::web::filled;
using upkeep::web::match;

TEST_CASE("the values of a pattern are the decoded parts of a path") {
  CHECK(match("/patches/{}/edit", "/patches/4.4.0-1/edit").value() ==
        std::vector<std::string>{"4.4.0-1"});
  CHECK(match("/a/{}", "/a/b%2Fc").value() == std::vector<std::string>{"b/c"});
  CHECK_FALSE(match("/patches/{}", "/patches/"));
  CHECK_FALSE(match("/patches/{}", "/patches/1/edit"));
}

TEST_CASE("patterns of the same shape are filled with the parts of a path") {
  const std::vector<std::string> patterns{"/patches/{}/edit", "/patches/{}", "/queue/{}/history"};
  CHECK(filled(patterns, "/patches/4.4.0-1/edti") ==
        std::vector<std::string>{"/patches/4.4.0-1/edit", "/queue/4.4.0-1/history"});
  CHECK(filled(patterns, "/").empty());
}
